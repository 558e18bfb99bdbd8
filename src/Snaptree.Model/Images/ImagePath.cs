namespace Snaptree.Model;

/// <summary>
/// Where an image is: an absolute path with all symbolic links resolved by whoever read it, so that equal paths mean equal files.
/// </summary>
public readonly record struct ImagePath
{
    public ImagePath(string value)
    {
        if (!value.StartsWith('/'))
        {
            throw new SnapshotException(
                ErrorCode.Xml, $"the image path '{value}' is not absolute", "Give the whole path, beginning with '/'.");
        }

        Value = value;
    }

    public string Value { get; }

    public string FileName => Value[(Value.LastIndexOf('/') + 1)..];

    /// <summary>The folder that holds the image, without a trailing slash except for the root.</summary>
    public string Folder => Value.LastIndexOf('/') is var slash && slash > 0 ? Value[..slash] : "/";

    public override string ToString() => Value;
}
