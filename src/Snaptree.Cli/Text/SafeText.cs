using System.Text;

namespace Snaptree.Cli.Text;

/// <summary>
/// Text from elsewhere (descriptions, other programs' errors, a guest's console) made harmless for a terminal: nothing in it can move the
/// cursor, change colours or turn the reading direction of what follows.
/// </summary>
internal static class SafeText
{
    /// <summary>One line: breaks become spaces.</summary>
    public static string Line(string text) => Clean(text.ReplaceLineEndings(" ").Trim(), keepBreaks: false);

    /// <summary>Lines stay lines.</summary>
    public static string Block(string text) => Clean(text.ReplaceLineEndings("\n"), keepBreaks: true);

    private static string Clean(string text, bool keepBreaks)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            var kept = (rune.Value == '\n' && keepBreaks) || !(Rune.IsControl(rune) || TurnsDirection(rune.Value));
            clean.Append(rune.Value == '\t' ? " " : kept ? rune.ToString() : "\uFFFD");
        }

        return clean.ToString();
    }

    private static bool TurnsDirection(int codePoint) => codePoint is (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069);
}
