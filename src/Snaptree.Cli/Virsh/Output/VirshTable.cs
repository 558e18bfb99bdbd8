using System.Text;
using Snaptree.Cli.Text;

namespace Snaptree.Cli.Virsh;

/// <summary>
/// virsh's table: every cell begins with a blank and is padded to the widest of its column and two blanks more, except the last of a row.
/// With <c>-q</c> there is no head and no line of dashes, and the head's width does not count.
/// </summary>
internal sealed class VirshTable(params string[] head)
{
    private const int Gap = 2;

    private readonly List<string[]> rows = [];

    public void Add(params string[] row) => rows.Add(row);

    public void Print(VirshOutput output)
    {
        List<string[]> shown = [.. rows.Select(row => Array.ConvertAll(row, cell => PrintableText.Of(cell, output.IsUnicode)))];
        IEnumerable<string[]> measured = output.IsQuiet ? shown : shown.Prepend(head);
        var widths = Enumerable.Range(0, head.Length).Select(column => measured.Select(row => CellWidth.Of(row[column])).DefaultIfEmpty().Max()).ToArray();
        output.Extra(Line(head, widths));
        output.Extra(new string('-', widths.Sum(width => width + Gap + 1)) + "\n");
        foreach (var row in shown)
        {
            output.Print(Line(row, widths));
        }
    }

    private static string Line(string[] row, int[] widths)
    {
        var line = new StringBuilder();
        for (var column = 0; column < row.Length; column++)
        {
            var isLast = column == row.Length - 1;
            line.Append(' ').Append(isLast ? row[column] : CellWidth.Pad(row[column], widths[column] + Gap));
        }

        return line.Append('\n').ToString();
    }
}
