using Snaptree.Model;

namespace Snaptree.Engine;

/// <summary>
/// Gives a snapshot another name, in one transaction. The record files of its children name it, so they follow; what an internal snapshot is
/// called inside its images stays, and the catalogue remembers it.
/// </summary>
internal static class RenamePlanner
{
    internal static Plan Plan(DomainRecord domain, Snapshot snapshot, IReadOnlyList<Guid> children, SnapshotName name)
    {
        var builder = new PlanBuilder(OperationId.New(), $"rename snapshot '{snapshot.Name}' of domain '{domain.Name}' to '{name}'");
        builder.AddRecord(new CatalogueChange { Rename = new SnapshotRename(snapshot.Uuid, name) });
        builder.Add(new WriteRecordsStep([snapshot.Uuid, .. children]));
        return builder.Build();
    }
}
