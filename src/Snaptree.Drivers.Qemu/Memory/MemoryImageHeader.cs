using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Win32.SafeHandles;
using Snaptree.Model;

namespace Snaptree.Drivers.Qemu;

/// <summary>
/// The first 4096 bytes of a memory image (docs/memory-image.md): magic, version, a JSON text, zeros, and the SHA-256 of all that.
/// It is written last, so a file without it is not complete. QEMU's migration stream follows.
/// </summary>
internal sealed record MemoryImageHeader(string Path, MemoryImageInfo Info, long StreamBytes)
{
    internal const int Bytes = 4096;
    private const int Version = 1;
    private const int TextOffset = 24;
    private const int SumOffset = Bytes - SHA256.HashSizeInBytes;
    private const int LongestMachineName = 255;
    private static readonly byte[] Magic = "SNAPTREE-MEMORY\n"u8.ToArray();

    /// <summary>Null when there is no file.</summary>
    /// <exception cref="SnapshotException"><see cref="ErrorCode.OperationFailed"/> when it is not a memory image, or damaged.</exception>
    internal static MemoryImageHeader? Read(string path)
    {
        try
        {
            using var file = File.OpenHandle(path);
            var header = new byte[Bytes];
            if (RandomAccess.Read(file, header, 0) != Bytes || !header.AsSpan().StartsWith(Magic))
            {
                throw Damaged(path, "it does not begin as a memory image");
            }

            if (!SHA256.HashData(header.AsSpan(0, SumOffset)).AsSpan().SequenceEqual(header.AsSpan(SumOffset)))
            {
                throw Damaged(path, "the checksum of its header is wrong");
            }

            var version = BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(Magic.Length));
            return version == Version
                ? Parse(path, header, RandomAccess.GetLength(file))
                : throw Damaged(path, $"its version is {version}, this program knows {Version}");
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Marks the file complete. The stream must be on the disk before.</summary>
    internal void Write(SafeFileHandle file)
    {
        var text = Encoding.UTF8.GetBytes(new JsonObject
        {
            ["domain"] = Info.Domain.ToString(),
            ["ramBytes"] = Info.RamBytes,
            ["machine"] = Info.Machine,
            ["hypervisor"] = Info.HypervisorVersion,
            ["streamBytes"] = StreamBytes,
        }.ToJsonString());
        var header = new byte[Bytes];
        Magic.CopyTo(header, 0);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(Magic.Length), Version);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(Magic.Length + 4), text.Length);
        text.CopyTo(header, TextOffset);
        SHA256.HashData(header.AsSpan(0, SumOffset)).CopyTo(header, SumOffset);
        RandomAccess.Write(file, header, 0);
    }

    /// <summary>The concrete machine type, which QEMU writes at the beginning of its stream.</summary>
    internal static string MachineOf(SafeFileHandle file, string path)
    {
        // "QEVM", version 3, section type 7 (configuration), length of the name, name.
        var start = new byte[13 + LongestMachineName];
        var count = RandomAccess.Read(file, start, Bytes);
        var length = count > 13 ? BinaryPrimitives.ReadInt32BigEndian(start.AsSpan(9)) : 0;
        return count > 13 && start.AsSpan().StartsWith("QEVM"u8) && start[8] == 7 && length is > 0 and <= LongestMachineName && count >= 13 + length
            ? Encoding.ASCII.GetString(start, 13, length)
            : throw Damaged(path, "it does not hold a migration stream");
    }

    private static MemoryImageHeader Parse(string path, byte[] header, long fileBytes)
    {
        try
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(Magic.Length + 4));
            using var document = JsonDocument.Parse(header.AsMemory(TextOffset, length));
            var root = document.RootElement;
            var streamBytes = root.GetProperty("streamBytes").GetInt64();
            if (fileBytes != Bytes + streamBytes)
            {
                throw Damaged(path, $"it has {fileBytes} bytes and should have {Bytes + streamBytes}");
            }

            var info = new MemoryImageInfo(
                root.GetProperty("ramBytes").GetInt64(),
                fileBytes,
                root.GetProperty("machine").GetString()!,
                root.GetProperty("hypervisor").GetString()!,
                root.GetProperty("domain").GetGuid());
            return new MemoryImageHeader(path, info, streamBytes);
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or ArgumentOutOfRangeException)
        {
            throw Damaged(path, error.Message);
        }
    }

    internal static SnapshotException Damaged(string path, string why) =>
        new(ErrorCode.OperationFailed, $"the memory image {path} cannot be used: {why}", "Restore the file from a backup; the guest was not touched.");
}
