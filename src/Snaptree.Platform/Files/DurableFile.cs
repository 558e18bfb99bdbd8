using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Snaptree.Platform;

/// <summary>
/// File changes that outlive a power cut: when a method returns, both the content and the directory entry are on the disk.
/// Every failure is a <see cref="FileOperationException"/>. Modes are exact: the umask does not apply.
/// </summary>
public static class DurableFile
{
    /// <summary>The start of every temporary name; a file with it that no writer holds is left from a crash and may go.</summary>
    public const string TemporaryPrefix = ".snaptree-tmp-";

    /// <summary>
    /// Replaces the whole content of a file, or makes it: readers see the old content or the new, never a mixture, and so does
    /// the disk after a crash. The file at <paramref name="path"/> is a new one owned by us; a symbolic link there is replaced.
    /// Once the rename is done the token is no longer looked at.
    /// </summary>
    /// <exception cref="FileOperationException">The old content is still there and no temporary file is left.</exception>
    public static Task WriteAtomicAsync(string path, ReadOnlyMemory<byte> content, UnixFileMode mode, CancellationToken cancellationToken)
    {
        UnixFile.RefuseNull(path);
        return Task.Run(() => WriteAtomic(Path.GetFullPath(path), content.Span, mode, cancellationToken), cancellationToken);
    }

    /// <summary>Puts a symbolic link to <paramref name="target"/> at <paramref name="path"/> in one step, replacing a file or link there.</summary>
    public static void ReplaceSymbolicLink(string path, string target)
    {
        UnixFile.RefuseNull(path);
        string temporary = TemporaryBeside(path);
        File.CreateSymbolicLink(temporary, target);
        Rename(temporary, path);
    }

    /// <summary>Renames within one file system, replacing a file at the target.</summary>
    public static void Rename(string from, string to)
    {
        UnixFile.RefuseNull(from);
        UnixFile.RefuseNull(to);
        UnixFile.Check(FileNative.Rename(from, to), $"rename to '{to}'", from);
        string target = UnixFile.FolderOf(to);
        string source = UnixFile.FolderOf(from);
        // The new entry first: after a crash between the two, the file has two names, never none.
        SyncDirectory(target);
        if (source != target)
        {
            SyncDirectory(source);
        }
    }

    /// <summary>Unlinks a file; may be repeated.</summary>
    /// <returns>False when there was none.</returns>
    public static bool Delete(string path)
    {
        UnixFile.RefuseNull(path);
        return Forget(FileNative.Unlink(path), path);
    }

    /// <summary>Removes an empty folder; may be repeated. A folder with something in it is an error and stays.</summary>
    /// <returns>False when there was none.</returns>
    public static bool DeleteEmptyDirectory(string path)
    {
        UnixFile.RefuseNull(path);
        return Forget(FileNative.RemoveDirectory(path), path);
    }

    /// <summary>Makes a file's content durable, whoever wrote it.</summary>
    public static void SyncFile(string path)
    {
        using SafeFileHandle file = UnixFile.Open("open", path, FileNative.ReadOnly);
        UnixFile.Check(FileNative.Sync(file), "sync", path);
    }

    /// <summary>Makes the entries of a folder durable: those made, renamed and removed.</summary>
    public static void SyncDirectory(string path)
    {
        using SafeFileHandle folder = UnixFile.Open("open", path, FileNative.ReadOnly);
        // Some network and FUSE file systems have no such operation for folders and say EINVAL: their entries are durable, or
        // not, without our help.
        if (FileNative.Sync(folder) != 0 && Marshal.GetLastPInvokeError() is var errno and not Errno.InvalidArgument)
        {
            throw new FileOperationException("sync", path, errno);
        }
    }

    /// <summary>Makes a folder and those above it that are missing; each new one gets the mode. Existing ones stay as they are.</summary>
    public static void CreateDirectory(string path, UnixFileMode mode)
    {
        UnixFile.RefuseNull(path);
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        Stack<string> missing = new();
        for (string level = full; FileFacts.Read(level) is null; level = UnixFile.FolderOf(level))
        {
            missing.Push(level);
        }

        foreach (string level in missing)
        {
            CreateLevel(level, mode);
        }

        if (FileFacts.Read(full) is not { Kind: FileKind.Directory })
        {
            throw new FileOperationException("create folder", full, Errno.NotADirectory);
        }
    }

    /// <summary>Makes a file that must not exist yet, empty or as a hole of the given length.</summary>
    /// <exception cref="FileAlreadyExistsException">Something is there; it was not touched.</exception>
    public static void CreateNew(string path, UnixFileMode mode, long sizeBytes = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sizeBytes);
        using SafeFileHandle file = UnixFile.Open("create", path, FileNative.WriteOnly | FileNative.Create | FileNative.Exclusive, mode);
        try
        {
            UnixFile.Check(FileNative.ChangeMode(file, (uint)mode), "set the mode of", path);
            UnixFile.Check(FileNative.Truncate(file, sizeBytes), "set the length of", path);
            UnixFile.Check(FileNative.Sync(file), "sync", path);
            SyncDirectory(UnixFile.FolderOf(path));
        }
        catch
        {
            Withdraw(path);
            throw;
        }
    }

    /// <summary>Gives a file the owner, group and mode of another; bits outside <paramref name="maximumMode"/> are left out.</summary>
    /// <exception cref="FileOperationException">Our account may not give the file to that owner; its mode is then unchanged.</exception>
    public static void CopyOwnershipAndMode(string from, string to, UnixFileMode maximumMode)
    {
        FileFacts model = FileFacts.Read(from) ?? throw new FileOperationException("examine", from, Errno.NoSuchEntry);
        using SafeFileHandle file = UnixFile.Open("open", to, FileNative.ReadOnly);
        FileFacts present = FileFacts.Read(to) ?? throw new FileOperationException("examine", to, Errno.NoSuchEntry);
        if ((present.Uid, present.Gid) != (model.Uid, model.Gid))
        {
            UnixFile.Check(FileNative.ChangeOwner(file, model.Uid, model.Gid), "set the owner of", to);
        }

        UnixFile.Check(FileNative.ChangeMode(file, (uint)(model.Mode & maximumMode)), "set the mode of", to);
        UnixFile.Check(FileNative.Sync(file), "sync", to);
    }

    private static string TemporaryBeside(string path) =>
        Path.Combine(UnixFile.FolderOf(path), TemporaryPrefix + Guid.NewGuid().ToString("N"));

    private static void WriteAtomic(string path, ReadOnlySpan<byte> content, UnixFileMode mode, CancellationToken cancellationToken)
    {
        string temporary = TemporaryBeside(path);
        try
        {
            WriteTemporary(temporary, content, mode);
            cancellationToken.ThrowIfCancellationRequested();
            UnixFile.Check(FileNative.Rename(temporary, path), "replace", path);
        }
        catch
        {
            Withdraw(temporary);
            throw;
        }

        SyncDirectory(UnixFile.FolderOf(path));
    }

    private static void WriteTemporary(string path, ReadOnlySpan<byte> content, UnixFileMode mode)
    {
        // Made with the least mode: nobody else may read it before it is complete.
        const UnixFileMode unfinished = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using SafeFileHandle file =
            UnixFile.Open("create", path, FileNative.WriteOnly | FileNative.Create | FileNative.Exclusive, unfinished);
        UnixFile.WriteAll(file, path, content);
        UnixFile.Check(FileNative.ChangeMode(file, (uint)mode), "set the mode of", path);
        UnixFile.Check(FileNative.Sync(file), "sync", path);
    }

    private static void CreateLevel(string level, UnixFileMode mode)
    {
        if (FileNative.MakeDirectory(level, (uint)mode) != 0)
        {
            int errno = Marshal.GetLastPInvokeError();
            if (errno != Errno.AlreadyExists)
            {
                throw new FileOperationException("create folder", level, errno);
            }

            return;
        }

        using (SafeFileHandle folder = UnixFile.Open("open", level, FileNative.ReadOnly))
        {
            UnixFile.Check(FileNative.ChangeMode(folder, (uint)mode), "set the mode of", level);
        }

        SyncDirectory(UnixFile.FolderOf(level));
    }

    private static bool Forget(int result, string path)
    {
        if (result != 0)
        {
            int errno = Marshal.GetLastPInvokeError();
            return errno is Errno.NoSuchEntry or Errno.NotADirectory ? false : throw new FileOperationException("delete", path, errno);
        }

        SyncDirectory(UnixFile.FolderOf(path));
        return true;
    }

    /// <summary>Takes back a file of ours after a failure. Its own failure would mask the cause, and the name tells what it is.</summary>
    private static void Withdraw(string path) => _ = FileNative.Unlink(path);
}
