using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Snaptree.Platform;

/// <summary>
/// An exclusive lock between processes: <c>flock(2)</c> on a file of its own, so the kernel frees it when the holder dies, and
/// <c>flock(1)</c> in a shell sees the same lock. The file is made when missing (mode 0600) and never unlinked: a lock on an
/// unlinked file excludes nobody.
/// </summary>
/// <remarks>
/// The holder is named by the file's text. The text counts only while a second, open-file-description lock is held, because that
/// kind can be tested without being taken: a reader asking who holds the lock must never make a taker fail.
/// </remarks>
public sealed class FileLock : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const int LargestHolderText = 64 * 1024;

    private readonly SafeFileHandle lockFile;

    private FileLock(SafeFileHandle file, string path)
    {
        lockFile = file;
        Path = path;
    }

    public string Path { get; }

    /// <summary>Takes the lock without waiting.</summary>
    /// <param name="path">The lock file; its folder must exist.</param>
    /// <param name="holder">Who takes it and what for, for those who are refused meanwhile.</param>
    /// <returns>Null when another holds it, be it in this process.</returns>
    /// <exception cref="FileOperationException">The file cannot be made, opened, locked or written.</exception>
    public static FileLock? TryAcquire(string path, string holder)
    {
        ArgumentNullException.ThrowIfNull(holder);
        SafeFileHandle file = UnixFile.Open("open", path, FileNative.ReadWrite | FileNative.Create, OwnerOnly);
        FileLock? acquired = null;
        try
        {
            if (TryLock(file, path))
            {
                Announce(file, path, holder);
                acquired = new FileLock(file, path);
            }
        }
        finally
        {
            if (acquired is null)
            {
                file.Dispose();
            }
        }

        return acquired;
    }

    /// <summary>The holder's text, without disturbing the lock. What a dead holder left behind is not reported.</summary>
    /// <returns>Null when nobody holds the lock, or when its holder has not said who it is.</returns>
    /// <exception cref="FileOperationException">The file is there and cannot be read.</exception>
    public static string? ReadHolder(string path)
    {
        if (FileFacts.Read(path) is null)
        {
            return null;
        }

        using SafeFileHandle file = UnixFile.Open("open", path, FileNative.ReadOnly);
        if (!IsAnnounced(file, path))
        {
            return null;
        }

        byte[] buffer = new byte[LargestHolderText];
        int length = RandomAccess.Read(file, buffer, 0);
        return length == 0 ? null : Encoding.UTF8.GetString(buffer, 0, length);
    }

    /// <summary>Clears the holder's text and frees the lock.</summary>
    public void Dispose()
    {
        if (lockFile.IsClosed)
        {
            return;
        }

        // Unlocked by name, not only by closing: a child being started at this instant holds a copy of the descriptor until its
        // exec. The text's mark goes before the lock, or the next taker would find it taken. Failures harm nobody: a text
        // without the mark does not count, and closing frees what is left.
        _ = FileNative.Truncate(lockFile, 0);
        _ = TryControl(lockFile, LockNative.SetDescriptionLock, LockNative.NoLock, out _);
        _ = LockNative.Lock(lockFile, LockNative.Unlock);
        lockFile.Dispose();
    }

    private static bool TryLock(SafeFileHandle file, string path)
    {
        while (LockNative.Lock(file, LockNative.ExclusiveNonBlocking) != 0)
        {
            switch (Marshal.GetLastPInvokeError())
            {
                case Errno.TryAgain:
                    return false;
                case Errno.Interrupted:
                    continue;
                case var errno:
                    throw new FileOperationException("lock", path, errno);
            }
        }

        return true;
    }

    private static void Announce(SafeFileHandle file, string path, string holder)
    {
        // A dead holder's text goes before ours begins to count.
        UnixFile.Check(FileNative.Truncate(file, 0), "clear", path);
        Control(file, path, LockNative.SetDescriptionLock, LockNative.WriteLock);
        UnixFile.WriteAll(file, path, Encoding.UTF8.GetBytes(holder));
    }

    private static bool IsAnnounced(SafeFileHandle file, string path) =>
        Control(file, path, LockNative.GetDescriptionLock, LockNative.WriteLock).Type != LockNative.NoLock;

    private static RecordLock Control(SafeFileHandle file, string path, int command, short type)
    {
        UnixFile.Check(TryControl(file, command, type, out RecordLock answer), "lock", path);
        return answer;
    }

    private static unsafe int TryControl(SafeFileHandle file, int command, short type, out RecordLock answer)
    {
        RecordLock request = new() { Type = type };
        int result = LockNative.Control(file, command, &request);
        answer = request;
        return result;
    }
}
