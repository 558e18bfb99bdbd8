using System.Text;

namespace Snaptree.Formats;

/// <summary>
/// Moves a document to the right and back, without loss: only white space between two pieces of markup moves,
/// never text, comments or CDATA sections.
/// </summary>
internal static class XmlIndent
{
    /// <summary>The columns by which one level stands further right.</summary>
    internal const int Step = 2;

    internal static string Deeper(string xml, int columns = Step) => Change(xml, white => white.Replace("\n", Break(columns)));

    /// <summary>Takes back what <see cref="Deeper"/> did. A line that does not stand that far right only loses what it has.</summary>
    internal static string Shallower(string xml, int columns = Step) => Change(xml, white => TakeOff(white, columns));

    private static string Change(string xml, Func<string, string> move)
    {
        var result = new StringBuilder(xml.Length * 2);
        foreach (var token in XmlTokens.Of(xml))
        {
            var piece = xml.AsSpan(token.Start, token.End - token.Start);
            if (token.Kind == XmlTokenKind.Text && piece.Contains('\n') && piece.IsWhiteSpace())
            {
                result.Append(move(piece.ToString()));
            }
            else
            {
                result.Append(piece);
            }
        }

        return result.ToString();
    }

    private static string TakeOff(string white, int columns)
    {
        var lines = white.Split('\n');
        for (var at = 1; at < lines.Length; at++)
        {
            lines[at] = lines[at][Math.Min(columns, lines[at].Length - lines[at].TrimStart(' ').Length)..];
        }

        return string.Join('\n', lines);
    }

    private static string Break(int columns) => "\n" + new string(' ', columns);
}
