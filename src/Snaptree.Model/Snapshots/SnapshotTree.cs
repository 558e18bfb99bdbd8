namespace Snaptree.Model;

/// <summary>
/// A domain's snapshots and which of them is current. Immutable; every change gives a new tree.
/// A parent that is not in the tree, or a cycle, is a fault of the store and refused at construction.
/// </summary>
public sealed class SnapshotTree
{
    private readonly Dictionary<Guid, Snapshot> byUuid;
    private readonly Dictionary<Guid, List<Snapshot>> children = [];

    public SnapshotTree(IEnumerable<Snapshot> snapshots, Guid? current)
    {
        byUuid = Index(snapshots);
        foreach (var snapshot in byUuid.Values.OrderBy(snapshot => snapshot.CreatedAt).ThenBy(snapshot => snapshot.Name.Value, StringComparer.Ordinal))
        {
            SiblingsOf(snapshot).Add(snapshot);
        }

        Current = current is { } uuid ? Get(uuid) : null;
        RefuseBrokenRelations();
    }

    public int Count => byUuid.Count;

    /// <summary>The snapshot that the present state descends from; null when there is none.</summary>
    public Snapshot? Current { get; }

    public IReadOnlyList<Snapshot> Roots => Below(Guid.Empty);

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
    public IReadOnlyList<Snapshot> ChildrenOf(Snapshot snapshot) => Below(snapshot.Uuid);

    public bool HasChildren(Snapshot snapshot) => children.ContainsKey(snapshot.Uuid);

    /// <summary>The whole subtree below, parents before children, the start left out.</summary>
    public IEnumerable<Snapshot> DescendantsOf(Snapshot snapshot)
    {
        // An explicit stack: a chain of 100,000 snapshots must not end in a stack overflow.
        var open = new Stack<Snapshot>(ChildrenOf(snapshot).Reverse());
        while (open.TryPop(out var here))
        {
            yield return here;
            var below = ChildrenOf(here);
            for (var at = below.Count - 1; at >= 0; at--)
            {
                open.Push(below[at]);
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

    private static Dictionary<Guid, Snapshot> Index(IEnumerable<Snapshot> snapshots)
    {
        var index = new Dictionary<Guid, Snapshot>();
        foreach (var snapshot in snapshots)
        {
            if (!index.TryAdd(snapshot.Uuid, snapshot))
            {
                throw Contradiction($"two snapshots have the UUID {snapshot.Uuid}");
            }
        }

        return index;
    }

    /// <summary>Roots are the children of nobody: no snapshot has the empty UUID.</summary>
    private List<Snapshot> SiblingsOf(Snapshot snapshot)
    {
        var parent = snapshot.Parent ?? Guid.Empty;
        if (!children.TryGetValue(parent, out var siblings))
        {
            children[parent] = siblings = [];
        }

        return siblings;
    }

    private List<Snapshot> Below(Guid parent) => children.TryGetValue(parent, out var found) ? found : [];

    private void RefuseBrokenRelations()
    {
        var reached = Roots.Concat(Roots.SelectMany(DescendantsOf)).Select(snapshot => snapshot.Uuid).ToHashSet();
        if (reached.Count == Count)
        {
            return;
        }

        var lost = byUuid.Values.First(snapshot => !reached.Contains(snapshot.Uuid));
        throw Contradiction($"snapshot '{lost.Name}' has a parent that does not exist or descends from itself");
    }

    private static SnapshotException Contradiction(string what) =>
        new(ErrorCode.Internal, what, "The catalogue contradicts itself; keep a copy of it and rebuild it from the record files.");
}
