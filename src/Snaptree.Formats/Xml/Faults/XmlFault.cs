using System.Text;

namespace Snaptree.Formats;

/// <summary>Where and why a document is not well formed, in the three lines in which libvirt tells it.</summary>
/// <param name="Position">Index of the character at which the parser stood.</param>
internal readonly record struct XmlFault(int Position, string Words)
{
    /// <summary>libvirt prints the whole line; a document without line breaks must not fill the terminal.</summary>
    private const int MostExcerpt = 4096;

    private static readonly char[] LineBreaks = ['\r', '\n'];

    /// <summary>What libvirt calls the document, line and words; the line of text; a caret under the place, counted in bytes.</summary>
    internal string Report(string xml, string label)
    {
        var start = Position == 0 ? 0 : xml.LastIndexOf('\n', Position - 1) + 1;
        var lineEnd = xml.IndexOfAny(LineBreaks, start);
        var end = lineEnd < 0 ? xml.Length : lineEnd;
        var from = Position - start > MostExcerpt / 2 && end - start > MostExcerpt ? Position - (MostExcerpt / 2) : start;
        var excerpt = xml[from..Math.Min(end, from + MostExcerpt)];
        var dashes = Encoding.UTF8.GetByteCount(xml.AsSpan(from, Math.Max(0, Math.Min(Position, end) - from)));
        return $"{label}:{xml.AsSpan(0, Position).Count('\n') + 1}: {Words}\n{(excerpt.Length == 0 ? "(null)" : excerpt)}\n{new string('-', dashes)}^";
    }
}
