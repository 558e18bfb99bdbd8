namespace Snaptree.Model;

/// <summary>
/// Which snapshots a listing has (libvirt: the filter groups of <c>virDomainSnapshotListFlags</c>). Bits of a group add up, groups narrow each
/// other, and a group with none or all of its bits does not filter. (libvirt's own library gives an empty list for leaves together with
/// no-leaves, against its documentation.)
/// </summary>
public static class SnapshotFilter
{
    private const SnapshotListFlags LeafGroup = SnapshotListFlags.Leaves | SnapshotListFlags.NoLeaves;
    private const SnapshotListFlags MetadataGroup = SnapshotListFlags.Metadata | SnapshotListFlags.NoMetadata;
    private const SnapshotListFlags StateGroup = SnapshotListFlags.Inactive | SnapshotListFlags.Active | SnapshotListFlags.DiskOnly;
    private const SnapshotListFlags PlaceGroup = SnapshotListFlags.Internal | SnapshotListFlags.External;

    /// <summary>All bits that a listing knows, the one that says where it begins included.</summary>
    public const SnapshotListFlags Known =
        SnapshotListFlags.Roots | LeafGroup | MetadataGroup | StateGroup | PlaceGroup | SnapshotListFlags.Topological;

    /// <summary>The domain's snapshots, parents before their children, the newest of several children first.</summary>
    public static IEnumerable<Snapshot> OfDomain(SnapshotTree tree, SnapshotListFlags flags) =>
        (flags.HasFlag(SnapshotListFlags.Roots) ? Newest(tree.Roots) : Newest(tree.Roots).SelectMany(root => Subtree(tree, root).Prepend(root)))
            .Where(snapshot => Passes(tree, snapshot, flags));

    /// <summary>What descends from <paramref name="start"/>, itself left out.</summary>
    public static IEnumerable<Snapshot> Below(SnapshotTree tree, Snapshot start, SnapshotListFlags flags) =>
        (flags.HasFlag(SnapshotListFlags.Descendants) ? Subtree(tree, start) : Newest(tree.ChildrenOf(start)))
            .Where(snapshot => Passes(tree, snapshot, flags));

    private static IEnumerable<Snapshot> Subtree(SnapshotTree tree, Snapshot start)
    {
        var open = new Stack<Snapshot>(tree.ChildrenOf(start));
        while (open.TryPop(out var here))
        {
            yield return here;
            foreach (var child in tree.ChildrenOf(here))
            {
                open.Push(child);
            }
        }
    }

    private static IEnumerable<Snapshot> Newest(IReadOnlyList<Snapshot> siblings) => siblings.Reverse();

    private static bool Passes(SnapshotTree tree, Snapshot snapshot, SnapshotListFlags flags) =>
        Fits(flags, LeafGroup, tree.HasChildren(snapshot) ? SnapshotListFlags.NoLeaves : SnapshotListFlags.Leaves)
        && Fits(flags, MetadataGroup, SnapshotListFlags.Metadata)
        && Fits(flags, StateGroup, StateOf(snapshot))
        && Fits(flags, PlaceGroup, snapshot.IsExternal ? SnapshotListFlags.External : SnapshotListFlags.Internal);

    private static SnapshotListFlags StateOf(Snapshot snapshot) => snapshot.State switch
    {
        SnapshotState.Shutoff => SnapshotListFlags.Inactive,
        SnapshotState.DiskSnapshot => SnapshotListFlags.DiskOnly,
        _ => SnapshotListFlags.Active,
    };

    private static bool Fits(SnapshotListFlags flags, SnapshotListFlags group, SnapshotListFlags own) =>
        (flags & group) is SnapshotListFlags.None || (flags & own) != SnapshotListFlags.None;
}
