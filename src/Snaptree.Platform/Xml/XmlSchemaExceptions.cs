namespace Snaptree.Platform;

/// <summary>A schema or a document could not be read at all; what libxml2 said is kept.</summary>
public sealed class XmlSchemaException : Exception
{
    internal XmlSchemaException(string what, IReadOnlyList<XmlFinding> findings, Exception? cause = null)
        : base(findings is [var first, ..] ? $"{what}: line {first.Line}: {first.Words}" : what, cause) => Findings = findings;

    /// <summary>In the order in which the library told them; may be empty.</summary>
    public IReadOnlyList<XmlFinding> Findings { get; }
}

/// <summary>The libxml2 library is not installed on this machine.</summary>
public sealed class LibXml2MissingException : Exception
{
    internal LibXml2MissingException(IEnumerable<string> names)
        : base($"the libxml2 library ({string.Join(" or ", names)}) is missing; install it, on Debian and Ubuntu: apt install libxml2")
    {
    }
}
