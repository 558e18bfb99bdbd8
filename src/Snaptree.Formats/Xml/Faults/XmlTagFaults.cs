namespace Snaptree.Formats;

/// <summary>What can be wrong with a tag, in libxml2's words.</summary>
internal sealed class XmlTagFaults(XmlCursor cursor)
{
    private readonly Stack<(string Name, int Line)> open = new();

    internal bool IsInside => open.Count > 0;

    internal XmlFault PrematureEnd() => cursor.Fault($"Premature end of data in tag {open.Peek().Name} line {open.Peek().Line}");

    internal XmlFault? FindInStart()
    {
        var line = cursor.Line;
        cursor.At++;
        if (cursor.Name() is not { } name)
        {
            return cursor.Fault("StartTag: invalid element name");
        }

        if (FindInAttributes(out var repeated) is { } fault)
        {
            return fault;
        }

        if (!cursor.IsCarried)
        {
            return cursor.Fault($"Couldn't find end of Start Tag {name} line {line}");
        }

        if (repeated is not null)
        {
            return cursor.Fault($"Attribute {repeated} redefined");
        }

        if (cursor.Here == '>')
        {
            open.Push((name, line));
        }

        cursor.At += cursor.Here == '>' ? 1 : 2;
        return null;
    }

    internal XmlFault? FindInEnd()
    {
        cursor.At += 2;
        var name = cursor.Name() ?? "unparsable";
        cursor.Blanks();
        if (cursor.Here != '>')
        {
            return cursor.Fault("expected '>'");
        }

        cursor.At++;
        var (opened, line) = open.Pop();
        return opened == name ? null : cursor.Fault($"Opening and ending tag mismatch: {opened} line {line} and {name}");
    }

    /// <param name="repeated">The first attribute that stands there twice; told only at the end of the tag, as libxml2 does.</param>
    private XmlFault? FindInAttributes(out string? repeated)
    {
        var seen = new HashSet<string>();
        repeated = null;
        while (true)
        {
            var isApart = cursor.Blanks();
            if (cursor.Here == '>' || cursor.Looks("/>"))
            {
                return null;
            }

            if (!isApart && seen.Count > 0)
            {
                return cursor.Fault("attributes construct error");
            }

            if (!cursor.IsCarried)
            {
                return null;
            }

            if (FindInAttribute(out var name) is { } fault)
            {
                return fault;
            }

            repeated ??= seen.Add(name) ? null : name;
        }
    }

    private XmlFault? FindInAttribute(out string name)
    {
        name = cursor.Name() ?? "";
        if (name.Length == 0)
        {
            return cursor.Fault("error parsing attribute name");
        }

        cursor.Blanks();
        if (cursor.Here != '=')
        {
            return cursor.Fault($"Specification mandates value for attribute {name}");
        }

        cursor.At++;
        cursor.Blanks();
        return cursor.Here is '\'' or '"' ? FindInValue() : cursor.Fault("AttValue: \" or ' expected");
    }

    private XmlFault? FindInValue()
    {
        var quote = cursor.Here;
        for (cursor.At++; cursor.Here != quote;)
        {
            if (cursor.AtEnd)
            {
                return cursor.Fault("AttValue: ' expected");
            }

            if (cursor.Here == '<')
            {
                return cursor.Fault("Unescaped '<' not allowed in attributes values");
            }

            if (cursor.Here == '&')
            {
                if (XmlReferenceFaults.Find(cursor) is { } fault)
                {
                    return fault;
                }
            }
            else if (!cursor.Character())
            {
                return cursor.Fault("invalid character in attribute value");
            }
        }

        cursor.At++;
        return null;
    }
}
