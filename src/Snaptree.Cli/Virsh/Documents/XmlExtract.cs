using System.Text;
using System.Xml;
using System.Xml.XPath;
using Snaptree.Model;

namespace Snaptree.Cli.Virsh;

/// <summary>
/// What <c>--xpath</c> shows of a document, written as libxml2 writes nodes: double quotes, two blanks per level, and nothing moved where
/// text stands among elements.
/// </summary>
internal static class XmlExtract
{
    /// <summary>The nodes, each ended by a line break; with <paramref name="wrap"/> all in one <c>nodes</c> element.</summary>
    /// <exception cref="VirshFailureException">The expression is none.</exception>
    /// <exception cref="SnapshotException"><see cref="ErrorCode.Internal"/>: it gives something else than nodes.</exception>
    public static string Of(string xml, string expression, bool wrap)
    {
        var document = new XmlDocument { PreserveWhitespace = false, XmlResolver = null };
        document.LoadXml(xml);
        List<XmlNode> found = [.. Select(document, expression).Select(item => item is IHasXmlNode has ? has.GetNode() : document)];
        if (!wrap)
        {
            return string.Concat(found.Select(node => Write(node, 0) + "\n"));
        }

        var attributes = string.Concat(found.OfType<XmlAttribute>().Select(attribute => Write(attribute, 0)));
        List<XmlNode> content = [.. found.Where(node => node is not XmlAttribute)];
        return content.Count == 0
            ? $"<nodes{attributes}/>\n"
            : $"<nodes{attributes}>{Content(content, 0)}</nodes>\n";
    }

    private static IEnumerable<XPathNavigator> Select(XmlDocument document, string expression)
    {
        object result;
        try
        {
            result = document.CreateNavigator()!.Evaluate(expression);
        }
        catch (XPathException error)
        {
            throw new VirshFailureException(
                null, new SnapshotException(ErrorCode.XmlDetail, $"Invalid XPath expression '{expression}'", "Correct the expression.", error));
        }

        return result is XPathNodeIterator nodes
            ? nodes.Cast<XPathNavigator>()
            : throw new SnapshotException(ErrorCode.Internal, $"Incorrect xpath '{expression}'", "Give an expression that selects nodes.");
    }

    private static string Write(XmlNode node, int level) => node switch
    {
        XmlDocument document => $"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{Write(document.DocumentElement!, level)}\n",
        XmlElement element => Element(element, level),
        XmlAttribute attribute => $" {attribute.Name}=\"{Escape(attribute.Value, isAttribute: true)}\"",
        XmlText or XmlWhitespace or XmlSignificantWhitespace => Escape(node.Value!, isAttribute: false),
        _ => node.OuterXml,
    };

    private static string Element(XmlElement element, int level)
    {
        var start = $"<{element.Name}{string.Concat(element.Attributes.Cast<XmlAttribute>().Select(attribute => Write(attribute, level)))}";
        return element.HasChildNodes
            ? $"{start}>{Content([.. element.ChildNodes.Cast<XmlNode>()], level)}</{element.Name}>"
            : $"{start}/>";
    }

    /// <summary>Children on lines of their own, unless there is text among them.</summary>
    private static string Content(IReadOnlyList<XmlNode> children, int level)
    {
        if (children.Any(child => child is XmlCharacterData and not XmlComment))
        {
            return string.Concat(children.Select(child => Write(child, level)));
        }

        var content = new StringBuilder("\n");
        foreach (var child in children)
        {
            content.Append(' ', 2 * (level + 1)).Append(Write(child, level + 1)).Append('\n');
        }

        return content.Append(' ', 2 * level).ToString();
    }

    private static string Escape(string text, bool isAttribute)
    {
        var escaped = text.Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;").Replace("\r", "&#13;");
        return isAttribute ? escaped.Replace("\"", "&quot;").Replace("\n", "&#10;").Replace("\t", "&#9;") : escaped;
    }
}
