using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Snaptree.Platform;

/// <summary>The position of an open file, which whoever is given the descriptor shares.</summary>
public static partial class FilePosition
{
    private const int FromStart = 0;

    /// <exception cref="FileOperationException">The file has no position: a pipe or a socket.</exception>
    public static void Set(SafeFileHandle file, long offset)
    {
        if (Seek(file, offset, FromStart) != offset)
        {
            throw new FileOperationException("seek in", "an open file", Marshal.GetLastPInvokeError());
        }
    }

    [LibraryImport("libc", EntryPoint = "lseek", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial long Seek(SafeFileHandle file, long offset, int whence);
}
