namespace Snaptree.Model;

/// <summary>A snapshot's name, unique within its domain. The same rule as for domains.</summary>
public sealed record SnapshotName
{
    private SnapshotName(string value) => Value = value;

    public string Value { get; }

    /// <exception cref="SnapshotException"><see cref="ErrorCode.XmlDetail"/> when the text is no name.</exception>
    public static SnapshotName Parse(string? text) =>
        NameRule.Broken(text, "snapshot") is { } broken
            ? throw new SnapshotException(ErrorCode.XmlDetail, broken, "Choose a plain name such as 'before-upgrade'.")
            : new SnapshotName(text!);

    public override string ToString() => Value;
}
