using Snaptree.Model;

namespace Snaptree.Cli.Virsh;

/// <summary>Documents that a verb is told to read, with libvirt's words when they cannot be read.</summary>
internal static class VirshFile
{
    private const int MostBytes = 10 << 20;

    /// <exception cref="SnapshotException"><see cref="ErrorCode.System"/>.</exception>
    public static async Task<string> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            if (stream.CanSeek && stream.Length > MostBytes)
            {
                throw Unreadable($"Failed to read file '{path}': Value too large for defined data type");
            }

            using var reader = new StreamReader(stream);
            return await reader.ReadToEndAsync(cancellationToken);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw Unreadable($"Failed to open file '{path}': No such file or directory", error);
        }
        catch (UnauthorizedAccessException error)
        {
            throw Directory.Exists(path)
                ? Unreadable($"Failed to read file '{path}': Is a directory", error)
                : Unreadable($"Failed to open file '{path}': Permission denied", error);
        }
        catch (IOException error)
        {
            throw Unreadable($"Failed to read file '{path}': {error.Message}", error);
        }
    }

    private static SnapshotException Unreadable(string message, Exception? cause = null) =>
        new(ErrorCode.System, message, "Check the path.", cause);
}
