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

    /// <summary>Prefixes that are declared further out must be declared on an element that stands alone.</summary>
    private string DeclarationsFor(XElement element) => string.Concat(
        root.Attributes()
            .Where(attribute => attribute.Name.Namespace == XNamespace.Xmlns && element.Attribute(attribute.Name) is null && Uses(element, attribute.Value))
            .Select(attribute => $" xmlns:{attribute.Name.LocalName}='{XmlEscape.Attribute(attribute.Value, "name space")}'"));

    private static bool Uses(XElement element, string nameSpace) => element.DescendantsAndSelf()
        .Any(part => part.Name.NamespaceName == nameSpace || part.Attributes().Any(attribute => attribute.Name.NamespaceName == nameSpace));

    /// <summary>How far right the element begins on its line; 0 when something else stands before it.</summary>
    private static int Columns(SourceElement element) =>
        element.Lead.LastIndexOf('\n') is var lineBreak && lineBreak >= 0 ? element.Lead.Length - lineBreak - 1 : 0;
}
