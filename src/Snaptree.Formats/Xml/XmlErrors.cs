using Snaptree.Model;

namespace Snaptree.Formats;

/// <summary>The two ways in which a well-formed document can be refused.</summary>
internal static class XmlErrors
{
    /// <summary>The document says something that cannot be meant.</summary>
    internal static SnapshotException Wrong(string message, string remedy, string? disk = null) =>
        new(ErrorCode.Xml, message, remedy) { Disk = disk };

    /// <summary>The document says something clear that this project cannot do.</summary>
    internal static SnapshotException Unsupported(string message, string remedy, string? disk = null) =>
        new(ErrorCode.ConfigUnsupported, message, remedy) { Disk = disk };
}
