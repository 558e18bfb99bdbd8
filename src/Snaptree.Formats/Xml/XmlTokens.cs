namespace Snaptree.Formats;

internal enum XmlTokenKind
{
    Text,
    StartTag,
    EmptyTag,
    EndTag,

    /// <summary>Comment, CDATA section, processing instruction or declaration.</summary>
    Other,
}

/// <summary>A stretch of a document's text: <paramref name="Start"/> included, <paramref name="End"/> not.</summary>
internal readonly record struct XmlToken(XmlTokenKind Kind, int Start, int End);

/// <summary>
/// Where each piece of a document stands in its text, so that one value can be changed and every other character stays.
/// The text must have passed <see cref="XmlInput"/>: it is well formed and has no document type declaration.
/// </summary>
internal static class XmlTokens
{
    internal static IEnumerable<XmlToken> Of(string xml)
    {
        for (var at = 0; at < xml.Length;)
        {
            var token = Next(xml, at);
            yield return token;
            at = token.End;
        }
    }

    private static XmlToken Next(string xml, int at) =>
        xml[at] != '<' ? new(XmlTokenKind.Text, at, xml.IndexOf('<', at) is var next && next < 0 ? xml.Length : next)
        : StartsAt(xml, at, "<!--") ? new(XmlTokenKind.Other, at, After(xml, at + 4, "-->"))
        : StartsAt(xml, at, "<![CDATA[") ? new(XmlTokenKind.Other, at, After(xml, at + 9, "]]>"))
        : StartsAt(xml, at, "<?") ? new(XmlTokenKind.Other, at, After(xml, at + 2, "?>"))
        : StartsAt(xml, at, "</") ? new(XmlTokenKind.EndTag, at, After(xml, at + 2, ">"))
        : Tag(xml, at);

    private static XmlToken Tag(string xml, int at)
    {
        var end = at + 1;
        while (xml[end] != '>')
        {
            // A '>' inside a quoted value does not end the tag.
            end = xml[end] is '\'' or '"' ? xml.IndexOf(xml[end], end + 1) + 1 : end + 1;
        }

        return new(xml[end - 1] == '/' ? XmlTokenKind.EmptyTag : XmlTokenKind.StartTag, at, end + 1);
    }

    private static bool StartsAt(string xml, int at, string mark) => string.CompareOrdinal(xml, at, mark, 0, mark.Length) == 0;

    private static int After(string xml, int from, string mark) => xml.IndexOf(mark, from, StringComparison.Ordinal) + mark.Length;
}
