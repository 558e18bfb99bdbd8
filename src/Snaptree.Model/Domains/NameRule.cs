using System.Globalization;
using System.Text;

namespace Snaptree.Model;

/// <summary>The rule that names of domains and snapshots share; any script is welcome, anything that breaks a line or a path is not.</summary>
internal static class NameRule
{
    internal const int MaximumCharacters = 255;

    /// <summary>Null when <paramref name="text"/> is a good name, else the sentence that says why not.</summary>
    internal static string? Broken(string? text, string noun)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return $"a {noun} name must not be empty";
        }

        if (text.Length > MaximumCharacters)
        {
            return $"a {noun} name has at most {MaximumCharacters} characters, this one has {text.Length}";
        }

        // First of all that repeat the name: a message is one line too.
        if (text.EnumerateRunes().Any(IsUnfit))
        {
            return $"a {noun} name must not contain line breaks, control characters or characters that XML cannot carry";
        }

        if (text.Contains('/'))
        {
            return $"a {noun} name must not contain '/': '{text}'";
        }

        if (text.StartsWith('.') || text.StartsWith('-'))
        {
            return $"a {noun} name must not begin with '{text[0]}': '{text}'";
        }

        return null;
    }

    /// <summary>A half of a surrogate pair is enumerated as the replacement character.</summary>
    private static bool IsUnfit(Rune rune) =>
        Rune.IsControl(rune)
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        || rune == Rune.ReplacementChar
        || rune.Value is 0xFFFE or 0xFFFF;
}
