using System.Text;

namespace Snaptree.Cli.Vm;

/// <summary>The last lines of a log that may be large and may be growing.</summary>
internal static class LogTail
{
    private const int BlockBytes = 64 * 1024;

    /// <summary>Reads at most this much, however long the lines are.</summary>
    private const int MostBytes = 16 << 20;

    /// <summary>The bytes of the last <paramref name="lines"/> lines; an unfinished last line counts as one.</summary>
    public static async Task<string> ReadAsync(string path, int lines, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var end = file.Length;
        var start = end;
        var tail = Array.Empty<byte>();
        while (start > 0 && tail.Length < MostBytes && StartOf(tail, lines) < 0)
        {
            var length = (int)Math.Min(BlockBytes, start);
            start -= length;
            var block = new byte[length];
            file.Position = start;
            await file.ReadExactlyAsync(block, cancellationToken);
            tail = [.. block, .. tail];
        }

        return Encoding.UTF8.GetString(tail.AsSpan(Math.Max(0, StartOf(tail, lines))));
    }

    /// <summary>Where the last lines begin; -1 when there are not more than so many.</summary>
    private static int StartOf(ReadOnlySpan<byte> text, int lines)
    {
        if (lines == 0)
        {
            return text.Length;
        }

        var at = text.Length > 0 && text[^1] == '\n' ? text.Length - 1 : text.Length;
        for (; lines > 0 && at >= 0; lines--)
        {
            at = text[..at].LastIndexOf((byte)'\n');
        }

        return at < 0 ? -1 : at + 1;
    }
}
