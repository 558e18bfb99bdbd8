using Snaptree.Formats;
using Snaptree.Model;

namespace Snaptree.Engine;

/// <inheritdoc cref="ISnapshotDocuments"/>
public sealed class SnapshotDocuments : ISnapshotDocuments
{
    public string Write(Snapshot snapshot, string domainXml, string? parentName, bool active) =>
        SnapshotXml.WriteRecord(snapshot, new SnapshotTexts(domainXml), parentName, active);
}
