using System.Globalization;
using System.Text;

namespace Snaptree.Cli.Virsh;

/// <summary>Text for a cell of a table: what cannot be printed, and a literal <c>\x</c>, as <c>\xNN</c> per byte.</summary>
internal static class PrintableText
{
    private const int FirstBeyondAscii = 0x80;

    public static string Of(string text, bool isUnicode)
    {
        var shown = new StringBuilder(text.Length);
        var runes = text.EnumerateRunes().ToArray();
        for (var at = 0; at < runes.Length; at++)
        {
            var startsEscape = runes[at].Value == '\\' && at + 1 < runes.Length && runes[at + 1].Value == 'x';
            if (startsEscape || !IsPrintable(runes[at], isUnicode))
            {
                AppendBytes(shown, runes[at]);
            }
            else
            {
                shown.Append(runes[at].ToString());
            }
        }

        return shown.ToString();
    }

    private static bool IsPrintable(Rune rune, bool isUnicode) =>
        (isUnicode || rune.Value < FirstBeyondAscii)
        && Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
            or UnicodeCategory.Surrogate or UnicodeCategory.OtherNotAssigned);

    private static void AppendBytes(StringBuilder shown, Rune rune)
    {
        Span<byte> bytes = stackalloc byte[4];
        foreach (var one in bytes[..rune.EncodeToUtf8(bytes)])
        {
            shown.Append("\\x").Append(one.ToString("x2", CultureInfo.InvariantCulture));
        }
    }
}
