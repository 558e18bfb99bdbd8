using System.Buffers.Binary;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Snaptree.Drivers.Qemu;

/// <summary>What can be read from the beginning of QEMU's migration stream.</summary>
internal static class MigrationStream
{
    private const int LongestMachineName = 255;

    /// <summary>The concrete machine type; null when there is no such stream.</summary>
    internal static string? MachineOf(SafeFileHandle file, long offset)
    {
        // "QEVM", version 3, section type 7 (configuration), length of the name, name.
        var start = new byte[13 + LongestMachineName];
        var count = RandomAccess.Read(file, start, offset);
        var length = count > 13 ? BinaryPrimitives.ReadInt32BigEndian(start.AsSpan(9)) : 0;
        return count > 13 && start.AsSpan().StartsWith("QEVM"u8) && start[8] == 7 && length is > 0 and <= LongestMachineName && count >= 13 + length
            ? Encoding.ASCII.GetString(start, 13, length)
            : null;
    }
}
