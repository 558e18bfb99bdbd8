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

        if (text.Contains('/'))
        {
            return $"a {noun} name must not contain '/': '{text}'";
        }

        if (text.StartsWith('.') || text.StartsWith('-'))
        {
            return $"a {noun} name must not begin with '{text[0]}': '{text}'";
        }

        return text.EnumerateRunes().Any(rune => Rune.IsControl(rune) || rune == Rune.ReplacementChar)
            ? $"a {noun} name must not contain line breaks or other control characters"
            : null;
    }
}
