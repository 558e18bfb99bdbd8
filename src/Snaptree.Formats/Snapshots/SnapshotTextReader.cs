using System.Xml.Linq;
using Snaptree.Model;

namespace Snaptree.Formats;

/// <summary>Takes the documents out that a domainsnapshot document carries inside, each as it was written.</summary>
internal sealed class SnapshotTextReader(string xml, XElement root)
{
    private readonly SourceElement source = SourceElement.Of(xml, root);

    internal SnapshotTexts Read() => new(TextOf("domain"), TextOf("inactiveDomain"), TextOf("cookie"))
    {
        RevertDisks = root.Element("revertDisks") is { } disks ? XmlFragment.Of(disks) : null,
    };

    private string? TextOf(string name)
    {
        if (source.Child(name) is not { } element)
        {
            return null;
        }

        var text = element.TextOf().Insert(element.AttributesEnd - element.Start, DeclarationsFor(element.Element));
        return XmlIndent.Shallower(text, Columns(element));
    }

    /// <summary>Prefixes that the document declares further out must be declared on an element that stands alone.</summary>
    private string DeclarationsFor(XElement element) => string.Concat(
        root.Attributes()
            .Where(attribute => attribute.Name.Namespace == XNamespace.Xmlns && element.Attribute(attribute.Name) is null)
            .Select(attribute => $" xmlns:{attribute.Name.LocalName}='{XmlEscape.Attribute(attribute.Value, "name space")}'"));

    /// <summary>How far right the element begins on its line; 0 when something else stands before it.</summary>
    private static int Columns(SourceElement element) =>
        element.Lead.LastIndexOf('\n') is var lineBreak && lineBreak >= 0 ? element.Lead.Length - lineBreak - 1 : 0;
}
