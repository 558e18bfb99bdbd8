using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Snaptree.Platform;

/// <summary>System calls on files with the error turned into <see cref="FileOperationException"/>.</summary>
internal static class UnixFile
{
    /// <summary>Opens with close-on-exec; an interrupted call is repeated.</summary>
    public static SafeFileHandle Open(string operation, string path, int flags, UnixFileMode mode = UnixFileMode.None)
    {
        RefuseNull(path);
        while (true)
        {
            SafeFileHandle file = FileNative.Open(path, flags | FileNative.CloseOnExec, (uint)mode);
            if (!file.IsInvalid)
            {
                return file;
            }

            int errno = Marshal.GetLastPInvokeError();
            file.Dispose();
            if (errno == Errno.Interrupted)
            {
                continue;
            }

            throw errno == Errno.AlreadyExists ? new FileAlreadyExistsException(path) : new FileOperationException(operation, path, errno);
        }
    }

    public static unsafe void WriteAll(SafeFileHandle file, string path, ReadOnlySpan<byte> content)
    {
        fixed (byte* start = content)
        {
            int done = 0;
            while (done < content.Length)
            {
                nint written = FileNative.Write(file, start + done, (nuint)(content.Length - done));
                if (written >= 0)
                {
                    done += (int)written;
                }
                else if (Marshal.GetLastPInvokeError() is var errno and not Errno.Interrupted)
                {
                    throw new FileOperationException("write", path, errno);
                }
            }
        }
    }

    /// <summary>Throws when a call that answers 0 for success answered anything else.</summary>
    public static void Check(int result, string operation, string path)
    {
        if (result != 0)
        {
            throw new FileOperationException(operation, path, Marshal.GetLastPInvokeError());
        }
    }

    /// <summary>The folder that holds the path's directory entry.</summary>
    public static string FolderOf(string path) => Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/";

    /// <summary>A C string ends at the first NUL: such a path would name another file.</summary>
    public static void RefuseNull(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (path.Contains('\0'))
        {
            throw new ArgumentException("A path cannot contain a NUL character.", nameof(path));
        }
    }
}
