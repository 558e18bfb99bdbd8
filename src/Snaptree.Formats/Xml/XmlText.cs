using System.Text;

namespace Snaptree.Formats;

/// <summary>Writes documents in libvirt's style: two spaces, single quotes, <c>&lt;a/&gt;</c>, one line break at the end.</summary>
internal sealed class XmlText
{
    private readonly StringBuilder text = new();
    private readonly Stack<string> open = new();

    /// <summary>Opens an element; attributes with a null value are left out.</summary>
    internal void Open(string name, params ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        Start(name, attributes).Append(">\n");
        open.Push(name);
    }

    internal void Close()
    {
        var name = open.Pop();
        Indent().Append("</").Append(name).Append(">\n");
    }

    internal void Empty(string name, params ReadOnlySpan<(string Name, string? Value)> attributes) =>
        Start(name, attributes).Append("/>\n");

    internal void Leaf(string name, string content, params ReadOnlySpan<(string Name, string? Value)> attributes) =>
        Start(name, attributes).Append('>').Append(XmlEscape.Content(content, name)).Append("</").Append(name).Append(">\n");

    /// <summary>Puts a document in as it is, indented to its place.</summary>
    internal void Document(string xml) => Indent().Append(XmlIndent.Deeper(xml, XmlIndent.Step * open.Count)).Append('\n');

    public override string ToString() => text.ToString();

    private StringBuilder Start(string name, ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        Indent().Append('<').Append(name);
        foreach (var (attribute, value) in attributes)
        {
            if (value is not null)
            {
                text.Append(' ').Append(attribute).Append("='").Append(XmlEscape.Attribute(value, attribute)).Append('\'');
            }
        }

        return text;
    }

    private StringBuilder Indent() => text.Append(' ', XmlIndent.Step * open.Count);
}
