using System.Runtime.InteropServices;

namespace Snaptree.Platform;

/// <summary>The operating system refused a file operation; the error number and its text are kept as they came.</summary>
public class FileOperationException : IOException
{
    public FileOperationException(string operation, string path, int errno)
        : base(Describe(operation, path, errno))
    {
        Operation = operation;
        Path = path;
        Errno = errno;
        ErrorText = Marshal.GetPInvokeErrorMessage(errno);
    }

    /// <summary>What was attempted, as a verb: <c>open</c>, <c>rename</c>, <c>sync</c>.</summary>
    public string Operation { get; }

    public string Path { get; }

    /// <summary>The error number of Linux.</summary>
    public int Errno { get; }

    /// <summary>What <c>strerror</c> says about <see cref="Errno"/>.</summary>
    public string ErrorText { get; }

    public bool IsNotFound => Errno is Platform.Errno.NoSuchEntry or Platform.Errno.NotADirectory;

    public bool IsAccessDenied => Errno is Platform.Errno.AccessDenied or Platform.Errno.OperationNotPermitted;

    /// <summary>The file system, the quota or the file size limit has no room left.</summary>
    public bool IsNoSpace => Errno is Platform.Errno.NoSpace or Platform.Errno.QuotaExceeded or Platform.Errno.FileTooLarge;

    private static string Describe(string operation, string path, int errno)
    {
        string text = $"cannot {operation} '{path}': {Marshal.GetPInvokeErrorMessage(errno)} (errno {errno})";
        return Remedy(errno) is { } remedy ? $"{text}; {remedy}" : text;
    }

    private static string? Remedy(int errno) => errno switch
    {
        Platform.Errno.NoSpace => "free space on that file system and try again",
        Platform.Errno.QuotaExceeded => "raise the disk quota or remove files, and try again",
        Platform.Errno.FileTooLarge => "raise the file size limit (ulimit -f) and try again",
        Platform.Errno.AccessDenied or Platform.Errno.OperationNotPermitted => "use an account that may do this",
        Platform.Errno.ReadOnlyFileSystem => "mount that file system writable",
        _ => null,
    };
}

/// <summary>A file that had to be new was there already; it was not touched.</summary>
public sealed class FileAlreadyExistsException(string path)
    : FileOperationException("create", path, Platform.Errno.AlreadyExists);
