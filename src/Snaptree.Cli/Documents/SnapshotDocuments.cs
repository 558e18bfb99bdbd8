using Snaptree.Formats;
using Snaptree.Model;

namespace Snaptree.Cli.Documents;

/// <summary>Snapshots as domainsnapshot documents.</summary>
internal static class SnapshotDocuments
{
    public static string Write(Snapshot snapshot, string domainXml, string? parentName) =>
        SnapshotXml.Write(snapshot, new SnapshotTexts(domainXml), parentName);
}
