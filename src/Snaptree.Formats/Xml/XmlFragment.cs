using System.Xml.Linq;

namespace Snaptree.Formats;

/// <summary>An element as libvirt would print it: its own indentation and quotes, without comments and names of other name spaces.</summary>
internal static class XmlFragment
{
    internal static string Of(XElement element)
    {
        var text = new XmlText();
        Write(text, element);
        return text.ToString().TrimEnd('\n');
    }

    private static void Write(XmlText text, XElement element)
    {
        var name = element.Name.LocalName;
        (string, string?)[] attributes = [.. element.Attributes().Where(IsOurs).Select(attribute => (attribute.Name.LocalName, (string?)attribute.Value))];
        var children = element.Elements().Where(child => child.Name.Namespace == XNamespace.None).ToList();
        if (children.Count > 0)
        {
            text.Open(name, attributes);
            children.ForEach(child => Write(text, child));
            text.Close();
        }
        else if (element.Value is { Length: > 0 } content)
        {
            text.Leaf(name, content, attributes);
        }
        else
        {
            text.Empty(name, attributes);
        }
    }

    private static bool IsOurs(XAttribute attribute) => !attribute.IsNamespaceDeclaration && attribute.Name.Namespace == XNamespace.None;
}
