using Snaptree.Model;

namespace Snaptree.Engine;

/// <summary>
/// Forgets snapshots and leaves their data as they are (libvirt: <c>VIR_DOMAIN_SNAPSHOT_DELETE_METADATA_ONLY</c>): the images they needed are
/// marked as kept, so that no later deletion merges or removes them. Telling the snapshot again (redefine) takes the mark away.
/// </summary>
internal static class ForgetPlanner
{
    internal static void Add(PlanFacts facts, PlanBuilder builder, IReadOnlyList<Snapshot> gone, CatalogueChange drop)
    {
        var kept = gone.SelectMany(snapshot => snapshot.ClaimedImages).Distinct().ToList();
        builder.AddRecord(drop with { Keep = [.. kept.Select(path => new KeepMark(path, Kept: true))] });
        var goneUuids = gone.Select(snapshot => snapshot.Uuid).ToHashSet();
        var children = facts.Tree.All.Where(other => other.Parent is { } parent && goneUuids.Contains(parent)).Select(other => other.Uuid);
        builder.Add(new WriteRecordsStep([.. goneUuids.Concat(children).Concat(drop.Current?.To is { } heir ? [heir] : []).Distinct()]));
        foreach (var path in kept.Select(path => path.Value).Concat(gone.Select(snapshot => snapshot.MemoryPath).OfType<string>()))
        {
            builder.Note($"{path} stays as it is");
        }
    }
}
