namespace Snaptree.Model;

/// <summary>A domain's name: not empty, at most 255 characters, no <c>/</c>, no control characters, no leading dot.</summary>
public sealed record DomainName
{
    private DomainName(string value) => Value = value;

    public string Value { get; }

    /// <exception cref="SnapshotException"><see cref="ErrorCode.Xml"/> when the text is no name.</exception>
    public static DomainName Parse(string? text) =>
        NameRule.Broken(text, "domain") is { } broken
            ? throw new SnapshotException(ErrorCode.Xml, broken, "Choose a plain name such as 'web1'.")
            : new DomainName(text!);

    public override string ToString() => Value;
}
