using System.Text;
using System.Xml;

namespace Snaptree.Formats;

/// <summary>Text as it must stand in a document. Both quotes are escaped, so a value fits between either.</summary>
internal static class XmlEscape
{
    /// <summary>For element content; a carriage return would otherwise be read back as a line feed.</summary>
    internal static string Content(string text, string what) => Escape(text, what, isAttribute: false);

    /// <summary>For attribute values, where every line break and tab would otherwise be read back as a space.</summary>
    internal static string Attribute(string text, string what) => Escape(text, what, isAttribute: true);

    /// <summary>Index of the first character that XML cannot carry at all; -1 when there is none.</summary>
    internal static int FirstUnwritable(string text)
    {
        for (var at = 0; at < text.Length; at++)
        {
            if (at + 1 < text.Length && XmlConvert.IsXmlSurrogatePair(text[at + 1], text[at]))
            {
                at++;
            }
            else if (!XmlConvert.IsXmlChar(text[at]))
            {
                return at;
            }
        }

        return -1;
    }

    private static string Escape(string text, string what, bool isAttribute)
    {
        if (FirstUnwritable(text) is var bad && bad >= 0)
        {
            throw XmlErrors.Wrong(
                $"the {what} contains the character U+{(int)text[bad]:X4}, which XML cannot carry", $"Choose a {what} without it.");
        }

        var result = new StringBuilder(text.Length + 16);
        foreach (var character in text)
        {
            _ = character switch
            {
                '&' => result.Append("&amp;"),
                '<' => result.Append("&lt;"),
                '>' => result.Append("&gt;"),
                '\'' => result.Append("&apos;"),
                '"' => result.Append("&quot;"),
                '\r' => result.Append("&#xD;"),
                '\n' when isAttribute => result.Append("&#xA;"),
                '\t' when isAttribute => result.Append("&#x9;"),
                _ => result.Append(character),
            };
        }

        return result.ToString();
    }
}
