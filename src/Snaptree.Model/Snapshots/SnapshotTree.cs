using System.Collections.Immutable;

namespace Snaptree.Model;

/// <summary>
/// A domain's snapshots and which of them is current. Immutable; every change gives a new tree.
/// A parent that is not in the tree, or a cycle, is a fault of the store and refused at construction.
/// </summary>
public sealed class SnapshotTree
{
    private readonly ImmutableDictionary<Guid, Snapshot> byUuid;
    private readonly ILookup<Guid, Snapshot> children;

    public SnapshotTree(IEnumerable<Snapshot> snapshots, Guid? current)
    {
        byUuid = snapshots.ToImmutableDictionary(snapshot => snapshot.Uuid);
        children = byUuid.Values.OrderBy(snapshot => snapshot.CreatedAt).ThenBy(snapshot => snapshot.Name.Value, StringComparer.Ordinal)
            .ToLookup(snapshot => snapshot.Parent ?? Guid.Empty);
        Current = current is { } uuid ? Get(uuid) : null;
        RefuseBrokenRelations();
    }

    public int Count => byUuid.Count;

    /// <summary>The snapshot that the present state descends from; null when there is none.</summary>
    public Snapshot? Current { get; }

    public IReadOnlyList<Snapshot> Roots => [.. children[Guid.Empty]];

    public IEnumerable<Snapshot> All => byUuid.Values;

    public Snapshot? Find(Guid uuid) => byUuid.GetValueOrDefault(uuid);

    /// <exception cref="SnapshotException"><see cref="ErrorCode.NoSnapshot"/> when it is not in the tree.</exception>
    public Snapshot Get(Guid uuid) =>
        Find(uuid) ?? throw new SnapshotException(
            ErrorCode.NoSnapshot, $"no snapshot with UUID {uuid}", "List the domain's snapshots and try again.");

    public Snapshot? ParentOf(Snapshot snapshot) => snapshot.Parent is { } parent ? Get(parent) : null;

    /// <summary>From the parent up to the root.</summary>
    public IEnumerable<Snapshot> AncestorsOf(Snapshot snapshot)
    {
        for (var above = ParentOf(snapshot); above is not null; above = ParentOf(above))
        {
            yield return above;
        }
    }

    /// <summary>Direct children, oldest first.</summary>
    public IReadOnlyList<Snapshot> ChildrenOf(Snapshot snapshot) => [.. children[snapshot.Uuid]];

    public bool HasChildren(Snapshot snapshot) => children.Contains(snapshot.Uuid);

    /// <summary>The whole subtree below, parents before children, the start left out.</summary>
    public IEnumerable<Snapshot> DescendantsOf(Snapshot snapshot)
    {
        // An explicit stack: a chain of 100,000 snapshots must not end in a stack overflow.
        var open = new Stack<Snapshot>(ChildrenOf(snapshot).Reverse());
        while (open.TryPop(out var here))
        {
            yield return here;
            foreach (var child in ChildrenOf(here).Reverse())
            {
                open.Push(child);
            }
        }
    }

    /// <summary>
    /// The tree without <paramref name="gone"/>: its children belong to its parent, and the parent becomes current if it was.
    /// </summary>
    public SnapshotTree Without(Snapshot gone) =>
        new(
            byUuid.Values.Where(snapshot => snapshot.Uuid != gone.Uuid)
                .Select(snapshot => snapshot.Parent == gone.Uuid ? snapshot with { Parent = gone.Parent } : snapshot),
            Current?.Uuid == gone.Uuid ? gone.Parent : Current?.Uuid);

    /// <summary>The tree with one snapshot more, which becomes current.</summary>
    public SnapshotTree With(Snapshot added) => new(byUuid.Values.Append(added), added.Uuid);

    private void RefuseBrokenRelations()
    {
        var reached = Roots.Concat(Roots.SelectMany(DescendantsOf)).Select(snapshot => snapshot.Uuid).ToHashSet();
        if (reached.Count == Count)
        {
            return;
        }

        var lost = byUuid.Values.First(snapshot => !reached.Contains(snapshot.Uuid));
        throw new SnapshotException(
            ErrorCode.Internal,
            $"snapshot '{lost.Name}' has a parent that does not exist or descends from itself",
            "The catalogue contradicts itself; keep a copy of it and rebuild it from the record files.");
    }
}
