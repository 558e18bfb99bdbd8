using System.Xml.Linq;

namespace Snaptree.Formats;

/// <summary>Where an attribute stands: its name, and its value without the quotes.</summary>
internal readonly record struct SourceAttribute(int NameStart, int ValueStart, int ValueEnd);

/// <summary>An element together with its place in the text that it was read from.</summary>
internal sealed class SourceElement
{
    private readonly string text;
    private readonly List<SourceElement> children = [];

    private SourceElement(string text, XElement element, XmlToken tag)
    {
        this.text = text;
        Element = element;
        Start = tag.Start;
        TagEnd = ContentEnd = End = tag.End;
        IsEmptyTag = tag.Kind == XmlTokenKind.EmptyTag;
    }

    internal XElement Element { get; }

    internal int Start { get; }

    /// <summary>Just after the start tag, where the content begins.</summary>
    internal int TagEnd { get; }

    internal bool IsEmptyTag { get; }

    /// <summary>Where the end tag begins; equal to <see cref="End"/> for an empty tag.</summary>
    internal int ContentEnd { get; private set; }

    internal int End { get; private set; }

    internal IReadOnlyList<SourceElement> Children => children;

    /// <summary>The white space just before the element: its line break and indentation.</summary>
    internal string Lead
    {
        get
        {
            var from = Start;
            while (from > 0 && char.IsWhiteSpace(text[from - 1]))
            {
                from--;
            }

            return text[from..Start];
        }
    }

    /// <summary>Just before the <c>&gt;</c> or <c>/&gt;</c> of the start tag and the white space there.</summary>
    internal int AttributesEnd
    {
        get
        {
            var at = TagEnd - (IsEmptyTag ? 2 : 1);
            while (char.IsWhiteSpace(text[at - 1]))
            {
                at--;
            }

            return at;
        }
    }

    /// <summary>Lays <paramref name="root"/> over the text that it was loaded from.</summary>
    internal static SourceElement Of(string xml, XElement root)
    {
        using var elements = root.DescendantsAndSelf().GetEnumerator();
        var open = new Stack<SourceElement>();
        SourceElement? top = null;
        foreach (var token in XmlTokens.Of(xml))
        {
            if (token.Kind is XmlTokenKind.StartTag or XmlTokenKind.EmptyTag)
            {
                // Start tags and elements come in the same order, so the n-th of one is the n-th of the other.
                elements.MoveNext();
                var here = new SourceElement(xml, elements.Current, token);
                top ??= here;
                if (open.TryPeek(out var parent))
                {
                    parent.children.Add(here);
                }

                if (token.Kind == XmlTokenKind.StartTag)
                {
                    open.Push(here);
                }
            }
            else if (token.Kind == XmlTokenKind.EndTag)
            {
                open.Pop().Close(token);
            }
        }

        return top!;
    }

    internal SourceElement? Child(XName name) => children.FirstOrDefault(child => child.Element.Name == name);

    internal string TextOf() => text[Start..End];

    internal SourceAttribute? Attribute(string name)
    {
        var at = Start + 1;
        while (at < TagEnd && !char.IsWhiteSpace(text[at]) && text[at] is not '/' and not '>')
        {
            at++;
        }

        while (NextAttribute(ref at) is { } attribute)
        {
            var before = text.AsSpan(attribute.NameStart, attribute.ValueStart - 1 - attribute.NameStart);
            if (before[..before.IndexOf('=')].TrimEnd().SequenceEqual(name))
            {
                return attribute;
            }
        }

        return null;
    }

    private SourceAttribute? NextAttribute(ref int at)
    {
        while (char.IsWhiteSpace(text[at]))
        {
            at++;
        }

        if (text[at] is '/' or '>')
        {
            return null;
        }

        var name = at;
        var quote = text.AsSpan(name, TagEnd - name).IndexOfAny('\'', '"') + name;
        var end = text.IndexOf(text[quote], quote + 1);
        at = end + 1;
        return new SourceAttribute(name, quote + 1, end);
    }

    private void Close(XmlToken endTag)
    {
        ContentEnd = endTag.Start;
        End = endTag.End;
    }
}
