using System.Globalization;
using System.Xml;

namespace Snaptree.Formats;

/// <summary>What can be wrong with <c>&amp;…;</c>, in libxml2's words.</summary>
internal static class XmlReferenceFaults
{
    internal static XmlFault? Find(XmlCursor cursor)
    {
        cursor.At++;
        if (cursor.Here == '#')
        {
            return FindInCharacter(cursor);
        }

        if (cursor.Name() is not { } name)
        {
            return cursor.Fault("xmlParseEntityRef: no name");
        }

        if (cursor.Here != ';')
        {
            return cursor.Fault("EntityRef: expecting ';'");
        }

        cursor.At++;
        return name is "lt" or "gt" or "amp" or "quot" or "apos" ? null : cursor.Fault($"Entity '{name}' not defined");
    }

    private static XmlFault? FindInCharacter(XmlCursor cursor)
    {
        cursor.At++;
        var isHex = cursor.Here == 'x';
        cursor.At += isHex ? 1 : 0;
        var start = cursor.At;
        while (isHex ? char.IsAsciiHexDigit(cursor.Here) : char.IsAsciiDigit(cursor.Here))
        {
            cursor.At++;
        }

        if (cursor.Here != ';')
        {
            return cursor.Fault($"CharRef: invalid {(isHex ? "hexadecimal" : "decimal")} value");
        }

        var value = Value(cursor.Since(start), isHex);
        cursor.At++;
        return value is < 0x10000 and var small && !XmlConvert.IsXmlChar((char)small) || value > 0x10FFFF
            ? cursor.Fault($"xmlParseCharRef: invalid xmlChar value {value}")
            : null;
    }

    /// <summary>0 for no digits at all; one above the last character for whatever is too large.</summary>
    private static int Value(string digits, bool isHex) =>
        digits.Length == 0 ? 0
        : int.TryParse(digits, isHex ? NumberStyles.AllowHexSpecifier : NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= 0
            ? Math.Min(value, 0x110000)
            : 0x110000;
}
