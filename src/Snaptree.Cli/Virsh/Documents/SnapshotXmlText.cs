using System.Xml.Linq;
using Snaptree.Engine;
using Snaptree.Model;

namespace Snaptree.Cli.Virsh;

/// <summary>What virsh reads from a snapshot's document.</summary>
/// <param name="State">The word in the document.</param>
/// <param name="CreatedAt">Null when the document does not say.</param>
internal sealed record SnapshotFacts(string State, DateTimeOffset? CreatedAt, string? Parent, bool IsExternal);

/// <summary>Snapshots' documents as virsh uses them.</summary>
internal static class SnapshotXmlText
{
    private const string DiskSnapshot = "disk-snapshot";
    private const string External = "external";

    public static string Read(VirshCall call, SnapshotHandle snapshot, bool withSecrets) =>
        call.Connection.Reading("virDomainSnapshotGetXMLDesc", withSecrets).Snapshots
            .GetXml(snapshot, withSecrets ? SnapshotXmlFlags.Secure : SnapshotXmlFlags.None);

    /// <summary>The flags with which virsh writes a document back that it has read.</summary>
    public static SnapshotCreateFlags RedefineFlags(string xml) =>
        xml.Contains($"<state>{DiskSnapshot}</state>", StringComparison.Ordinal)
            ? SnapshotCreateFlags.Redefine | SnapshotCreateFlags.DiskOnly
            : SnapshotCreateFlags.Redefine;

    public static SnapshotFacts Facts(string xml)
    {
        var root = XElement.Parse(xml);
        var state = root.Element("state")?.Value ?? "";
        var isExternal = root.Element("memory") is { } memory
            ? (string?)memory.Attribute("snapshot") == External
                || root.Elements("disks").Elements("disk").Any(disk => (string?)disk.Attribute("snapshot") == External)
            : state == DiskSnapshot;
        return new SnapshotFacts(
            state,
            (long?)root.Element("creationTime") is { } seconds ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null,
            root.Element("parent")?.Element("name")?.Value, isExternal);
    }
}
