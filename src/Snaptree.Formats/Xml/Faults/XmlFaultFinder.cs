namespace Snaptree.Formats;

/// <summary>
/// Says what is wrong with a document that is not well formed, in the words and at the place of libxml2, because clients of libvirt show
/// them. It decides nothing: <see cref="XmlInput"/> has refused the document already.
/// </summary>
internal sealed class XmlFaultFinder
{
    private readonly XmlCursor cursor;
    private readonly XmlTagFaults tags;

    private XmlFaultFinder(string xml)
    {
        cursor = new XmlCursor(xml);
        tags = new XmlTagFaults(cursor);
    }

    /// <summary>Null when the fault is of a kind that is not known here.</summary>
    internal static XmlFault? Find(string xml) => new XmlFaultFinder(xml).Find();

    private XmlFault? Find()
    {
        if (cursor.Here == '\0')
        {
            return cursor.Fault("Document is empty");
        }

        if (cursor.Looks("<?xml ") || cursor.Looks("<?xml\t") || cursor.Looks("<?xml\n"))
        {
            cursor.To("?>");
            cursor.At += cursor.AtEnd ? 0 : 2;
        }

        if (FindAround() is { } before)
        {
            return before;
        }

        if (cursor.Here != '<')
        {
            return cursor.Fault("Start tag expected, '<' not found");
        }

        var fault = tags.FindInStart();
        while (fault is null && tags.IsInside)
        {
            fault = FindInContent();
        }

        return fault ?? FindAround() ?? (cursor.AtEnd ? null : cursor.Fault("Extra content at the end of the document"));
    }

    /// <summary>White space, comments and instructions before the root and after it.</summary>
    private XmlFault? FindAround()
    {
        for (cursor.Blanks(); cursor.Looks("<!--") || cursor.Looks("<?"); cursor.Blanks())
        {
            if (FindInSpecial() is { } fault)
            {
                return fault;
            }
        }

        return cursor.Looks("<!DOCTYPE") ? cursor.Fault("document type declarations are not accepted") : null;
    }

    private XmlFault? FindInContent() =>
        cursor.AtEnd ? tags.PrematureEnd()
        : cursor.Looks("</") ? tags.FindInEnd()
        : cursor.Looks("<!--") || cursor.Looks("<?") || cursor.Looks("<![CDATA[") ? FindInSpecial()
        : cursor.Here == '<' ? tags.FindInStart()
        : cursor.Here == '&' ? XmlReferenceFaults.Find(cursor)
        : cursor.Looks("]]>") ? cursor.Fault("Sequence ']]>' not allowed in content")
        : cursor.Character() ? null
        // What follows a NUL is no part of the document to a C program.
        : cursor.Here == '\0' ? tags.PrematureEnd()
        : char.IsSurrogate(cursor.Here) ? cursor.Fault($"Char 0x{(int)cursor.Here:X} out of allowed range")
        : cursor.Fault($"PCDATA invalid Char value {(int)cursor.Here}");

    private XmlFault? FindInSpecial() =>
        cursor.Looks("<!--") ? FindInComment()
        : cursor.Looks("<![CDATA[") ? FindInSection()
        : FindInInstruction();

    private XmlFault? FindInComment()
    {
        cursor.At += 4;
        var start = cursor.At;
        if (!cursor.To("--"))
        {
            return cursor.Fault("Comment not terminated");
        }

        if (!cursor.Looks("-->"))
        {
            var read = Shown(cursor.Since(start));
            return cursor.Fault(read.Length == 0 ? "Double hyphen within comment" : $"Double hyphen within comment: <!--{read}");
        }

        cursor.At += 3;
        return null;
    }

    private XmlFault? FindInSection()
    {
        cursor.At += 9;
        var start = cursor.At;
        if (!cursor.To("]]>"))
        {
            // It holds back two characters that could begin the end mark.
            var read = cursor.Since(start);
            return cursor.Fault($"CData section not finished\n{Shown(read[..Math.Max(0, read.Length - 2)])}");
        }

        cursor.At += 3;
        return null;
    }

    private XmlFault? FindInInstruction()
    {
        cursor.At += 2;
        if (cursor.Name() is not { } name)
        {
            return cursor.Fault("xmlParsePI : no target name");
        }

        if (name == "xml")
        {
            return cursor.Fault("XML declaration allowed only at the start of the document");
        }

        if (!cursor.To("?>"))
        {
            return cursor.Fault($"ParsePI: PI {name} never end ...");
        }

        cursor.At += 2;
        return null;
    }

    /// <summary>At most 50 characters of what was read.</summary>
    private static string Shown(string text) => text.Length > 50 ? text[..50] : text;
}
