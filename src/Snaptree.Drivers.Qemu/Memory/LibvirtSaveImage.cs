using System.Buffers.Binary;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Snaptree.Formats;
using Snaptree.Model;

namespace Snaptree.Drivers.Qemu;

/// <summary>
/// Save images of libvirt's QEMU driver (version 2): magic, five numbers in the writer's byte order, reserved numbers, the domain document and a
/// cookie, each ended by a zero byte, room for a longer document, QEMU's stream.
/// </summary>
internal static class LibvirtSaveImage
{
    private const int HeaderBytes = 92;
    private const int MagicBytes = 16;
    private const int Version = 2;
    private const int LongestData = 64 << 20;

    /// <summary>What libvirt calls the main memory of an x86 guest.</summary>
    private const string MainMemory = "pc.ram";

    /// <summary>libvirt's numbers for how the stream is packed.</summary>
    private static readonly string?[] Packers = [null, "gzip", "bzip2", "xz", "lzop", "zstd", "sparse"];

    private static ReadOnlySpan<byte> Complete => "LibvirtQemudSave"u8;

    private static ReadOnlySpan<byte> Partial => "LibvirtQemudPart"u8;

    internal static bool Is(SafeFileHandle file)
    {
        var magic = new byte[MagicBytes];
        return RandomAccess.Read(file, magic, 0) == MagicBytes && (magic.AsSpan().SequenceEqual(Complete) || magic.AsSpan().SequenceEqual(Partial));
    }

    internal static MemoryImageHeader Read(SafeFileHandle file, string path)
    {
        var frame = ReadFrame(file, path);
        var xml = Text(frame.Data);
        var streamAt = HeaderBytes + frame.Data.Length;
        var length = RandomAccess.GetLength(file);
        var definition = DomainXml.Parse(xml);
        var machine = frame.Packer is null
            ? MigrationStream.MachineOf(file, streamAt) ?? throw MemoryImageHeader.Damaged(path, "it does not hold a migration stream")
            : definition.Machine ?? "pc";
        var info = new MemoryImageInfo(definition.MemoryBytes, length, machine, "of libvirt", definition.Uuid) { Saved = new SavedDomain(xml, frame.WasRunning) };
        return new MemoryImageHeader(path, info, streamAt, length - streamAt) { MainMemory = MainMemory, PackedBy = frame.Packer };
    }

    /// <summary>Writes another document into the room that the first one has; the cookie stays.</summary>
    internal static void Rewrite(SafeFileHandle file, string path, SavedDomain saved)
    {
        var frame = ReadFrame(file, path);
        var cookie = frame.CookieOffset == 0 ? [] : frame.Data[(int)(frame.CookieOffset - HeaderBytes)..].TakeWhile(one => one != 0).Append((byte)0).ToArray();
        var xml = Encoding.UTF8.GetBytes(saved.Xml + '\0');
        if (xml.Length + cookie.Length > frame.Data.Length)
        {
            throw new SnapshotException(
                ErrorCode.OperationFailed, $"the new document is too long for {path}", $"It has room for {frame.Data.Length - cookie.Length - 1} bytes.");
        }

        var data = new byte[frame.Data.Length];
        xml.CopyTo(data, 0);
        cookie.CopyTo(data, xml.Length);
        var numbers = new byte[12];
        Put(numbers, 0, saved.WasRunning ? 1u : 0u, frame.IsBigEndian);
        Put(numbers, 4, (uint)Array.IndexOf(Packers, frame.Packer), frame.IsBigEndian);
        Put(numbers, 8, cookie.Length == 0 ? 0 : (uint)(HeaderBytes + xml.Length), frame.IsBigEndian);
        RandomAccess.Write(file, [.. numbers], MagicBytes + 8);
        RandomAccess.Write(file, data, HeaderBytes);
        RandomAccess.FlushToDisk(file);
    }

    private static Frame ReadFrame(SafeFileHandle file, string path)
    {
        var header = new byte[HeaderBytes];
        if (RandomAccess.Read(file, header, 0) != HeaderBytes || header.AsSpan().StartsWith(Partial))
        {
            throw MemoryImageHeader.Damaged(path, "libvirt did not complete it");
        }

        var isBigEndian = Number(header, 0, isBigEndian: false) != Version;
        var length = Number(header, 1, isBigEndian);
        var packing = Number(header, 3, isBigEndian);
        if (Number(header, 0, isBigEndian) != Version || length is 0 or > LongestData || packing >= Packers.Length)
        {
            throw MemoryImageHeader.Damaged(path, "it is of a version of libvirt's format that is not known here");
        }

        var data = new byte[length];
        return RandomAccess.Read(file, data, HeaderBytes) == data.Length
            ? new Frame(isBigEndian, Number(header, 2, isBigEndian) != 0, Packers[packing], Number(header, 4, isBigEndian), data)
            : throw MemoryImageHeader.Damaged(path, "it is cut off");
    }

    private static string Text(byte[] data) => Encoding.UTF8.GetString(data, 0, Array.IndexOf(data, (byte)0) is var end && end < 0 ? data.Length : end);

    private static uint Number(byte[] header, int index, bool isBigEndian)
    {
        var bytes = header.AsSpan(MagicBytes + 4 * index);
        return isBigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
    }

    private static void Put(byte[] numbers, int at, uint value, bool isBigEndian)
    {
        if (isBigEndian)
        {
            BinaryPrimitives.WriteUInt32BigEndian(numbers.AsSpan(at), value);
        }
        else
        {
            BinaryPrimitives.WriteUInt32LittleEndian(numbers.AsSpan(at), value);
        }
    }

    private sealed record Frame(bool IsBigEndian, bool WasRunning, string? Packer, uint CookieOffset, byte[] Data);
}
