using System.Xml;

namespace Snaptree.Formats;

/// <summary>A place in a document that may be broken anywhere, and the few pieces that can be stepped over.</summary>
internal sealed class XmlCursor(string xml)
{
    private int line = 1;
    private int lineCountedTo;

    internal int At { get; set; }

    internal bool AtEnd => At >= xml.Length;

    /// <summary>The character here; NUL at the end.</summary>
    internal char Here => AtEnd ? '\0' : xml[At];

    /// <summary>Lines are counted as the cursor goes forward, so that asking at every tag stays cheap.</summary>
    internal int Line
    {
        get
        {
            line += xml.AsSpan(lineCountedTo, At - lineCountedTo).Count('\n');
            lineCountedTo = At;
            return line;
        }
    }

    private bool IsPair => At + 1 < xml.Length && XmlConvert.IsXmlSurrogatePair(xml[At + 1], xml[At]);

    /// <summary>Whether what stands here is a character beyond 16 bits that libxml2 takes for part of a name, and .NET does not.</summary>
    private bool IsNamePair => IsPair && xml[At] < '\uDB80';

    internal bool Looks(string mark) => string.CompareOrdinal(xml, At, mark, 0, mark.Length) == 0;

    internal string Since(int start) => xml[start..At];

    internal XmlFault Fault(string words) => new(At, words);

    /// <summary>Steps over white space; false when there was none.</summary>
    internal bool Blanks()
    {
        var start = At;
        while (!AtEnd && xml[At] is ' ' or '\t' or '\n' or '\r')
        {
            At++;
        }

        return At > start;
    }

    /// <summary>Steps over a name; null when none begins here.</summary>
    internal string? Name()
    {
        var start = At;
        if (!(Here == ':' || XmlConvert.IsStartNCNameChar(Here) || IsNamePair))
        {
            return null;
        }

        while (Here == ':' || XmlConvert.IsNCNameChar(Here) || IsNamePair)
        {
            At += IsPair ? 2 : 1;
        }

        return Since(start);
    }

    /// <summary>Whether XML can carry the character here.</summary>
    internal bool IsCarried => IsPair || (!AtEnd && XmlConvert.IsXmlChar(xml[At]));

    /// <summary>Steps over one character; false when XML cannot carry it.</summary>
    internal bool Character()
    {
        if (!IsCarried)
        {
            return false;
        }

        At += IsPair ? 2 : 1;
        return true;
    }

    /// <summary>Goes to the next <paramref name="mark"/>, or to the end; false when there is none.</summary>
    internal bool To(string mark)
    {
        var found = xml.IndexOf(mark, At, StringComparison.Ordinal);
        At = found < 0 ? xml.Length : found;
        return found >= 0;
    }
}
