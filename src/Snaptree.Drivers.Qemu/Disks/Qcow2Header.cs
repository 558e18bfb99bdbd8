using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Snaptree.Model;

namespace Snaptree.Drivers.Qemu;

/// <summary>
/// What we need of a qcow2 file, read without any lock, so that it works on images that a running QEMU writes to
/// (QEMU: <c>docs/interop/qcow2.txt</c>; all numbers big-endian).
/// </summary>
internal sealed record Qcow2Header(
    long VirtualBytes, string? BackingFile, string? BackingFormat, bool HoldsData, ImmutableArray<InternalSnapshot> Snapshots)
{
    private const uint Magic = 0x514649fb;
    private const int HeaderBytes = 104;
    private const uint BackingFormatExtension = 0xe2792aca;
    private const int LargestName = 64 * 1024;
    private const int LargestTable = 64 << 20;
    private const ulong OffsetMask = 0x00fffffffffffe00;

    /// <summary>Null when the file does not begin as a qcow2 image.</summary>
    /// <exception cref="InvalidDataException">It does, but what follows makes no sense.</exception>
    internal static Qcow2Header? Read(SafeFileHandle file)
    {
        var start = new byte[HeaderBytes];
        var count = RandomAccess.Read(file, start, 0);
        if (count < 4 || !HasMagic(start))
        {
            return null;
        }

        if (count < 72)
        {
            throw new InvalidDataException("the qcow2 header is cut off");
        }

        var version = UInt32(start, 4);
        var clusterBits = (int)UInt32(start, 20);
        if (version is < 2 or > 3 || clusterBits is < 9 or > 21)
        {
            throw new InvalidDataException($"qcow2 version {version} with cluster bits {clusterBits} is not one that exists");
        }

        var backingOffset = Int64(start, 8);
        var backing = backingOffset == 0 ? null : Text(file, backingOffset, (int)UInt32(start, 16));
        var headerLength = version >= 3 ? UInt32(start, 100) : 72;
        return new Qcow2Header(
            Int64(start, 24),
            backing,
            backing is null ? null : BackingFormatOf(file, headerLength, backingOffset),
            HasMappedCluster(file, Int64(start, 40), UInt32(start, 36)),
            ReadSnapshots(file, Int64(start, 64), UInt32(start, 60)));
    }

    internal static bool HasMagic(ReadOnlySpan<byte> start) => BinaryPrimitives.ReadUInt32BigEndian(start) == Magic;

    private static string? BackingFormatOf(SafeFileHandle file, long at, long end)
    {
        var head = new byte[8];
        while (at + head.Length <= end)
        {
            ReadFully(file, head, at);
            var type = UInt32(head, 0);
            var length = UInt32(head, 4);
            if (type == 0)
            {
                break;
            }

            if (type == BackingFormatExtension)
            {
                return Text(file, at + head.Length, (int)length);
            }

            at += head.Length + ((length + 7L) & ~7L);
        }

        return null;
    }

    private static bool HasMappedCluster(SafeFileHandle file, long tableOffset, uint entries)
    {
        var table = Table(file, tableOffset, entries * 8L);
        for (var at = 0; at < table.Length; at += 8)
        {
            if ((BinaryPrimitives.ReadUInt64BigEndian(table.AsSpan(at)) & OffsetMask) != 0)
            {
                return true;
            }
        }

        return false;
    }

    private static ImmutableArray<InternalSnapshot> ReadSnapshots(SafeFileHandle file, long at, uint count)
    {
        var found = ImmutableArray.CreateBuilder<InternalSnapshot>();
        var head = new byte[40];
        for (var index = 0; index < count; index++)
        {
            ReadFully(file, head, at);
            int idLength = BinaryPrimitives.ReadUInt16BigEndian(head.AsSpan(12));
            int nameLength = BinaryPrimitives.ReadUInt16BigEndian(head.AsSpan(14));
            var extraLength = (int)UInt32(head, 36);
            var texts = at + head.Length + extraLength;
            long vmState = UInt32(head, 32);
            if (extraLength >= 8)
            {
                var extra = new byte[8];
                ReadFully(file, extra, at + head.Length);
                vmState = Int64(extra, 0);
            }

            found.Add(new InternalSnapshot(
                Text(file, texts, idLength),
                Text(file, texts + idLength, nameLength),
                DateTimeOffset.FromUnixTimeSeconds(UInt32(head, 16)).AddTicks(UInt32(head, 20) / 100),
                vmState));
            at = (texts + idLength + nameLength + 7) & ~7L;
        }

        return found.ToImmutable();
    }

    private static byte[] Table(SafeFileHandle file, long offset, long bytes)
    {
        if (bytes is < 0 or > LargestTable)
        {
            throw new InvalidDataException($"a table of {bytes} bytes is larger than any real one");
        }

        var table = new byte[bytes];
        ReadFully(file, table, offset);
        return table;
    }

    private static string Text(SafeFileHandle file, long offset, int bytes)
    {
        if (bytes is < 0 or > LargestName)
        {
            throw new InvalidDataException($"a name of {bytes} bytes is longer than any real one");
        }

        var text = new byte[bytes];
        ReadFully(file, text, offset);
        return Encoding.UTF8.GetString(text);
    }

    private static void ReadFully(SafeFileHandle file, Span<byte> into, long offset)
    {
        while (!into.IsEmpty)
        {
            var count = offset < 0 ? 0 : RandomAccess.Read(file, into, offset);
            if (count == 0)
            {
                throw new InvalidDataException($"the file ends before byte {offset + into.Length}");
            }

            into = into[count..];
            offset += count;
        }
    }

    private static uint UInt32(byte[] bytes, int at) => BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(at));

    private static long Int64(byte[] bytes, int at) => BinaryPrimitives.ReadInt64BigEndian(bytes.AsSpan(at));
}
