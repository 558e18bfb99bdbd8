using System.Runtime.InteropServices;

namespace Snaptree.Platform;

public enum FileKind
{
    Regular,
    Directory,
    BlockDevice,
    CharacterDevice,
    Socket,
    Other,
}

/// <summary>What the file system says about a file at one instant; symbolic links are followed.</summary>
/// <param name="Device">The device number, major in the upper half; with <paramref name="Inode"/> it names the file.</param>
/// <param name="Inode">The inode number.</param>
/// <param name="SizeBytes">Its length; 0 for devices.</param>
/// <param name="AllocatedBytes">The space it occupies, which for sparse files is less than the length.</param>
/// <param name="Mode">Permission bits without the kind.</param>
/// <param name="Uid">Owner.</param>
/// <param name="Gid">Group.</param>
/// <param name="Kind">What it is.</param>
/// <param name="ModifiedUnixNanoseconds">Time of last content change, nanoseconds since 1970.</param>
public sealed record FileFacts(
    ulong Device,
    ulong Inode,
    long SizeBytes,
    long AllocatedBytes,
    UnixFileMode Mode,
    uint Uid,
    uint Gid,
    FileKind Kind,
    long ModifiedUnixNanoseconds)
{
    private const int PermissionBits = 0xFFF;
    private const int BytesPerBlock = 512;

    /// <summary>True when both describe one and the same file, reached by whatever path.</summary>
    public bool IsSameFileAs(FileFacts other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Device == other.Device && Inode == other.Inode;
    }

    /// <summary>Reads the facts.</summary>
    /// <returns>Null when nothing is there.</returns>
    /// <exception cref="FileOperationException">The question could not be answered, as when a folder may not be searched.</exception>
    public static FileFacts? Read(string path)
    {
        UnixFile.RefuseNull(path);
        return TryStat(path, out StatxBuffer found) ? From(found) : null;
    }

    private static unsafe bool TryStat(string path, out StatxBuffer found)
    {
        StatxBuffer buffer;
        if (FileNative.Statx(FileNative.CurrentDirectory, path, 0, FileNative.StatxBasicStats, &buffer) == 0)
        {
            found = buffer;
            return true;
        }

        found = default;
        int errno = Marshal.GetLastPInvokeError();
        return errno is Errno.NoSuchEntry or Errno.NotADirectory ? false : throw new FileOperationException("examine", path, errno);
    }

    private static FileFacts From(StatxBuffer found) => new(
        ((ulong)found.DeviceMajor << 32) | found.DeviceMinor,
        found.Inode,
        (long)found.Size,
        (long)found.Blocks * BytesPerBlock,
        (UnixFileMode)(found.Mode & PermissionBits),
        found.Uid,
        found.Gid,
        KindOf(found.Mode),
        (found.ModifiedSeconds * 1_000_000_000) + found.ModifiedNanoseconds);

    private static FileKind KindOf(ushort mode) => (mode & 0xF000) switch
    {
        0x8000 => FileKind.Regular,
        0x4000 => FileKind.Directory,
        0x6000 => FileKind.BlockDevice,
        0x2000 => FileKind.CharacterDevice,
        0xC000 => FileKind.Socket,
        _ => FileKind.Other,
    };
}

/// <summary>The file system that holds a path.</summary>
/// <param name="FreeBytes">Space that our account may still use (root's reserve left out for others).</param>
/// <param name="TotalBytes">Its whole size.</param>
/// <param name="TypeMagic">The magic number of its type, as in <c>statfs(2)</c>: 0xEF53 ext4, 0x58465342 XFS, 0x9123683E Btrfs.</param>
public sealed record FileSystemFacts(long FreeBytes, long TotalBytes, long TypeMagic)
{
    /// <summary>Reads the facts of the file system that holds an existing file or folder.</summary>
    /// <exception cref="FileOperationException">The path is absent or may not be reached.</exception>
    public static unsafe FileSystemFacts Read(string path)
    {
        UnixFile.RefuseNull(path);
        StatfsBuffer found;
        UnixFile.Check(FileNative.Statfs(path, &found), "examine the file system of", path);
        return new((long)found.BlocksAvailable * found.BlockSize, (long)found.Blocks * found.BlockSize, found.Type);
    }
}
