using System.Runtime.InteropServices;

namespace Snaptree.Platform;

/// <summary>One name per file.</summary>
public static partial class FileNames
{
    /// <summary>
    /// The absolute path with all symbolic links resolved. Of a path whose end does not exist, as much is resolved as does.
    /// </summary>
    public static string Resolve(string path)
    {
        var full = Path.GetFullPath(path);
        if (RealPath(full) is { } resolved)
        {
            return resolved;
        }

        var parent = Path.GetDirectoryName(full);
        return parent is null ? full : Path.Combine(Resolve(parent), Path.GetFileName(full));
    }

    private static string? RealPath(string path)
    {
        var text = RealPathNative(path, 0);
        if (text == 0)
        {
            return null;
        }

        try
        {
            return Marshal.PtrToStringUTF8(text);
        }
        finally
        {
            Free(text);
        }
    }

    [LibraryImport("libc", EntryPoint = "realpath", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint RealPathNative(string path, nint buffer);

    [LibraryImport("libc", EntryPoint = "free")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial void Free(nint text);
}
