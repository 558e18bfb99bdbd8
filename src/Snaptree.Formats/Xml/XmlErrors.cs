using System.Xml.Linq;
using Snaptree.Model;

namespace Snaptree.Formats;

/// <summary>The ways in which a well-formed document can be refused.</summary>
internal static class XmlErrors
{
    /// <summary>The document says something that cannot be meant.</summary>
    internal static SnapshotException Wrong(string message, string remedy, string? disk = null) =>
        new(ErrorCode.Xml, message, remedy) { Disk = disk };

    /// <summary>An attribute has none of the words that it may have; in libvirt's words for it.</summary>
    internal static SnapshotException InvalidAttribute(XElement element, string attribute, string value, string remedy, string? disk = null) =>
        Wrong($"Invalid value for attribute '{attribute}' in element '{element.Name.LocalName}': '{value}'.", remedy, disk);

    /// <summary>The document says something clear that this project cannot do.</summary>
    internal static SnapshotException Unsupported(string message, string remedy, string? disk = null) =>
        new(ErrorCode.ConfigUnsupported, message, remedy) { Disk = disk };
}
