using System.Text;

namespace Snaptree.Formats;

/// <summary>Replacements in one text, collected and then made at once; what no edit names stays character for character.</summary>
internal sealed class TextEdits(string text)
{
    private readonly List<(int Start, int End, string Text)> edits = [];

    internal void Insert(int at, string added) => Replace(at, at, added);

    /// <summary>Edits must not overlap; insertions at one place keep the order in which they were asked for.</summary>
    internal void Replace(int start, int end, string replacement) => edits.Add((start, end, replacement));

    /// <summary>The text with all edits; the very same string when there are none.</summary>
    internal string Apply()
    {
        if (edits.Count == 0)
        {
            return text;
        }

        var result = new StringBuilder(text.Length + 256);
        var at = 0;
        foreach (var (start, end, replacement) in edits.OrderBy(edit => edit.Start))
        {
            result.Append(text, at, start - at).Append(replacement);
            at = end;
        }

        return result.Append(text, at, text.Length - at).ToString();
    }
}
