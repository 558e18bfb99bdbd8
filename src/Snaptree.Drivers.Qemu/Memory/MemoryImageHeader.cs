using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;
using Snaptree.Model;

namespace Snaptree.Drivers.Qemu;

/// <summary>
/// What stands at the beginning of a memory image (docs/memory-image.md): two slots of 4096 bytes, of which the valid one with the higher
/// generation counts; QEMU's migration stream follows, then documents. A slot is written last, so a file without a valid one is not complete.
/// </summary>
/// <param name="StreamOffset">Where QEMU's stream begins.</param>
internal sealed record MemoryImageHeader(string Path, MemoryImageInfo Info, long StreamOffset, long StreamBytes)
{
    internal const int StreamStart = 2 * SlotBytes;
    private const int SlotBytes = 4096;
    private const int Version = 2;
    private const int TextOffset = 24;
    private const int SumOffset = SlotBytes - SHA256.HashSizeInBytes;
    private static readonly byte[] Magic = "SNAPTREE-MEMORY\n"u8.ToArray();

    /// <summary>Name of the main memory inside the stream; the process that loads it must use the same.</summary>
    internal string MainMemory { get; init; } = QemuCommandLine.MainMemory;

    /// <summary>The program that packed the stream; null for a plain one, which alone can be loaded.</summary>
    internal string? PackedBy { get; init; }

    private int Generation { get; init; }

    /// <summary>Null when there is no file.</summary>
    /// <exception cref="SnapshotException"><see cref="ErrorCode.OperationFailed"/> when it is not a memory image, or damaged.</exception>
    internal static MemoryImageHeader? Read(string path)
    {
        try
        {
            using var file = File.OpenHandle(path);
            return LibvirtSaveImage.Is(file) ? LibvirtSaveImage.Read(file, path) : ReadOwn(file, path);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Marks a new file complete: the document goes behind the stream, then the first slot says so.</summary>
    internal static void Complete(SafeFileHandle file, string path, MemoryImageInfo info)
    {
        var streamBytes = RandomAccess.GetLength(file) - StreamStart;
        new MemoryImageHeader(path, info, StreamStart, streamBytes).WriteNext(file, info.Saved);
    }

    /// <summary>Puts another document in place of the present one. The old slot stays valid until the new one is whole.</summary>
    internal void Rewrite(SafeFileHandle file, SavedDomain saved) => WriteNext(file, saved);

    private void WriteNext(SafeFileHandle file, SavedDomain? saved)
    {
        var xml = saved is null ? [] : Encoding.UTF8.GetBytes(saved.Xml);
        var at = RandomAccess.GetLength(file);
        RandomAccess.Write(file, xml, at);
        RandomAccess.FlushToDisk(file);
        var slot = new MemoryImageSlot
        {
            Domain = Info.Domain,
            RamBytes = Info.RamBytes,
            Machine = Info.Machine,
            Hypervisor = Info.HypervisorVersion,
            StreamBytes = StreamBytes,
            Generation = Generation + 1,
            FileBytes = at + xml.Length,
            Document = saved is null ? null : new MemoryImageDocument(at, xml.Length, Convert.ToHexStringLower(SHA256.HashData(xml)), saved.WasRunning),
        };
        RandomAccess.Write(file, Frame(slot), slot.Generation % 2 == 1 ? 0 : SlotBytes);
        RandomAccess.FlushToDisk(file);
    }

    private static byte[] Frame(MemoryImageSlot slot)
    {
        var text = JsonSerializer.SerializeToUtf8Bytes(slot, MemoryImageJson.Default.MemoryImageSlot);
        var bytes = new byte[SlotBytes];
        Magic.CopyTo(bytes, 0);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(Magic.Length), Version);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(Magic.Length + 4), text.Length);
        text.CopyTo(bytes, TextOffset);
        SHA256.HashData(bytes.AsSpan(0, SumOffset)).CopyTo(bytes, SumOffset);
        return bytes;
    }

    private static MemoryImageHeader ReadOwn(SafeFileHandle file, string path)
    {
        var bytes = new byte[StreamStart];
        var count = RandomAccess.Read(file, bytes, 0);
        if (!bytes.AsSpan().StartsWith(Magic) && !bytes.AsSpan(SlotBytes).StartsWith(Magic))
        {
            throw Damaged(path, "it does not begin as a memory image");
        }

        var slots = new[] { bytes[..SlotBytes], bytes[SlotBytes..] }.Where(IsWhole).Select(slot => Parse(path, slot)).ToList();
        var slot = slots.MaxBy(one => one.Generation)
            ?? throw Damaged(path, count < StreamStart ? "it is cut off" : "the checksum of its header is wrong");
        var length = RandomAccess.GetLength(file);
        if (length < slot.FileBytes || slot.FileBytes < StreamStart + slot.StreamBytes)
        {
            throw Damaged(path, $"it has {length} bytes and should have {slot.FileBytes}");
        }

        var info = new MemoryImageInfo(slot.RamBytes, length, slot.Machine, slot.Hypervisor, slot.Domain) { Saved = ReadDocument(file, path, slot) };
        return new MemoryImageHeader(path, info, StreamStart, slot.StreamBytes) { Generation = slot.Generation };
    }

    private static bool IsWhole(byte[] slot) =>
        slot.AsSpan().StartsWith(Magic) && SHA256.HashData(slot.AsSpan(0, SumOffset)).AsSpan().SequenceEqual(slot.AsSpan(SumOffset));

    private static MemoryImageSlot Parse(string path, byte[] slot)
    {
        var version = BinaryPrimitives.ReadInt32LittleEndian(slot.AsSpan(Magic.Length));
        if (version != Version)
        {
            throw Damaged(path, $"its version is {version}, this program knows {Version}");
        }

        try
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(slot.AsSpan(Magic.Length + 4));
            return JsonSerializer.Deserialize(slot.AsSpan(TextOffset, length), MemoryImageJson.Default.MemoryImageSlot)
                ?? throw Damaged(path, "its header says nothing");
        }
        catch (Exception error) when (error is JsonException or ArgumentOutOfRangeException)
        {
            throw Damaged(path, error.Message);
        }
    }

    private static SavedDomain? ReadDocument(SafeFileHandle file, string path, MemoryImageSlot slot)
    {
        if (slot.Document is not { } document)
        {
            return null;
        }

        var xml = new byte[document.Bytes];
        return RandomAccess.Read(file, xml, document.Offset) == xml.Length
            && Convert.ToHexStringLower(SHA256.HashData(xml)) == document.Sha256
            ? new SavedDomain(Encoding.UTF8.GetString(xml), document.Running)
            : throw Damaged(path, "the document in it is not the one that was saved");
    }

    internal static SnapshotException Damaged(string path, string why) =>
        new(ErrorCode.OperationFailed, $"the memory image {path} cannot be used: {why}", "Restore the file from a backup; the guest was not touched.");
}
