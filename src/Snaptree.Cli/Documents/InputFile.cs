using Snaptree.Formats;
using Snaptree.Model;

namespace Snaptree.Cli.Documents;

/// <summary>A document named on the command line.</summary>
internal static class InputFile
{
    private const int MostBytes = 16 << 20;

    /// <summary>The text of the file, or of standard input for <c>-</c>.</summary>
    /// <exception cref="SnapshotException">The file cannot be read, or is far too large to be such a document.</exception>
    public static async Task<string> ReadAsync(string path, TextReader standardInput, CancellationToken cancellationToken)
    {
        if (path == "-")
        {
            return await standardInput.ReadToEndAsync(cancellationToken);
        }

        try
        {
            return new FileInfo(path) is { Exists: true, Length: > MostBytes }
                ? throw new SnapshotException(ErrorCode.InvalidArgument, $"{path} is too large for such a document", "Give an XML document.")
                : SnapshotXml.TextOf(await File.ReadAllBytesAsync(path, cancellationToken));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SnapshotException(ErrorCode.InvalidArgument, $"cannot read {path}: {error.Message}", "Check the path.", error);
        }
    }
}
