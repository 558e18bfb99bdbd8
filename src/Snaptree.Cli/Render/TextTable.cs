using Snaptree.Cli.Text;

namespace Snaptree.Cli.Render;

/// <summary>One cell: its text, and how it is dressed once its width is known.</summary>
internal readonly record struct Cell(string Text, Func<string, string>? Dress = null, bool Right = false)
{
    public static implicit operator Cell(string text) => new(text);
}

/// <summary>Columns as wide as their widest cell, two spaces apart; the first column gives way when the line would be too long.</summary>
internal static class TextTable
{
    private const int Gap = 2;
    private const int NarrowestFirst = 16;

    /// <param name="width">Cells per line; null for as many as it takes.</param>
    public static IEnumerable<string> Lines(IReadOnlyList<IReadOnlyList<Cell>> rows, int? width, string ellipsis)
    {
        if (rows.Count == 0)
        {
            yield break;
        }

        var widths = Enumerable.Range(0, rows[0].Count).Select(column => rows.Max(row => CellWidth.Of(row[column].Text))).ToArray();
        if (width is { } limit)
        {
            var others = widths.Skip(1).Sum(other => other + Gap);
            widths[0] = Math.Min(widths[0], Math.Max(NarrowestFirst, limit - others));
        }

        foreach (var row in rows)
        {
            yield return string.Concat(row.Select((cell, column) => Fit(cell, widths[column], column == row.Count - 1, ellipsis))).TrimEnd();
        }
    }

    private static string Fit(Cell cell, int width, bool isLast, string ellipsis)
    {
        var text = CellWidth.Cut(cell.Text, width, ellipsis);
        var padding = new string(' ', width - CellWidth.Of(text));
        var dressed = cell.Dress is { } dress ? dress(text) : text;
        return (cell.Right ? padding + dressed : dressed + padding) + (isLast ? "" : new string(' ', Gap));
    }
}
