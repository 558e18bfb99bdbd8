using System.Xml;
using System.Xml.Linq;
using Snaptree.Model;

namespace Snaptree.Formats;

/// <summary>
/// The one way in for documents that somebody else wrote. Document type declarations (and with them entity bombs), documents
/// of more than <see cref="MaximumCharacters"/> and nesting beyond <see cref="MaximumDepth"/> are refused before anything is built.
/// </summary>
internal static class XmlInput
{
    internal const int MaximumCharacters = 16 * 1024 * 1024;
    internal const int MaximumDepth = 256;

    /// <summary>Bytes of the longest document of all.</summary>
    internal const int MostBytes = MaximumCharacters + RecordCharacters;

    /// <summary>What surrounds a domain document inside a record file: the limits must leave room for it.</summary>
    private const int RecordDepth = 1;
    private const int RecordCharacters = 16 * 1024 * 1024;

    /// <summary>Reads a document whose root must be <paramref name="root"/>; white space is kept.</summary>
    /// <exception cref="SnapshotException">
    /// <see cref="ErrorCode.XmlDetail"/> when it is not well formed, <see cref="ErrorCode.Xml"/> when it is too large or has another root.
    /// </exception>
    internal static XElement Load(string xml, string root) => Load(xml, root, MaximumCharacters, MaximumDepth);

    /// <summary>As <see cref="Load(string, string)"/>, for a document of ours that carries a whole domain document inside.</summary>
    internal static XElement LoadRecord(string xml, string root) =>
        Load(xml, root, MaximumCharacters + RecordCharacters, MaximumDepth + RecordDepth);

    private static XElement Load(string xml, string root, int maximumCharacters, int maximumDepth)
    {
        if (xml.Length > maximumCharacters)
        {
            throw XmlErrors.Wrong(
                $"the <{root}> document has {xml.Length} characters; at most {maximumCharacters} are read",
                "Give the document itself, not a disk image or a log.");
        }

        try
        {
            RefuseDepth(xml, root, maximumDepth);
            using var reader = Reader(xml);
            var found = XDocument.Load(reader, LoadOptions.PreserveWhitespace).Root!;
            return found.Name == root ? found : throw WrongRoot(found, root);
        }
        catch (XmlException malformed)
        {
            throw Malformed(xml, malformed, root);
        }
    }

    private static void RefuseDepth(string xml, string root, int maximumDepth)
    {
        using var reader = Reader(xml);
        while (reader.Read())
        {
            if (reader.Depth >= maximumDepth && reader.NodeType == XmlNodeType.Element)
            {
                throw XmlErrors.Wrong(
                    $"the <{root}> document nests deeper than {maximumDepth} elements", "No real document does; check where it comes from.");
            }
        }
    }

    private static XmlReader Reader(string xml) => XmlReader.Create(
        new StringReader(xml), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });

    private static SnapshotException WrongRoot(XElement found, string root) => XmlErrors.Wrong(
        $"expecting root element of '{root}', not '{found.Name.LocalName}'", $"Give a document that begins with <{root}>.");

    private static SnapshotException Malformed(string xml, XmlException malformed, string root) => new(
        ErrorCode.XmlDetail,
        (XmlFaultFinder.Find(xml) ?? new XmlFault(Position(xml, malformed), malformed.Message)).Report(xml, Label(root)),
        "Correct that place and try again; document type declarations are never accepted.",
        malformed)
    {
        Foreign = new ForeignError("XML parser", nameof(XmlException), malformed.Message),
    };

    /// <summary>What libvirt calls such a document in messages about its text.</summary>
    internal static string Label(string root) => root switch
    {
        "domain" => "(domain_definition)",
        "domainsnapshot" => "(domain_snapshot)",
        _ => $"({root})",
    };

    private static int Position(string xml, XmlException malformed)
    {
        var start = 0;
        for (var line = 1; line < malformed.LineNumber; line++)
        {
            start = xml.IndexOf('\n', start) + 1;
        }

        return Math.Clamp(start + malformed.LinePosition - 1, 0, xml.Length);
    }
}
