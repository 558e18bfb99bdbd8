using Snaptree.Model;

namespace Snaptree.Engine;

/// <summary>Which snapshots a deletion takes.</summary>
public enum DeleteScope
{
    Snapshot,

    /// <summary>It and everything below it.</summary>
    Subtree,

    /// <summary>Everything below it; it stays.</summary>
    Descendants,
}

/// <summary>What a deletion takes along, and what it leaves.</summary>
public sealed record DeleteRequest(DeleteScope Scope = DeleteScope.Snapshot)
{
    /// <summary>Images, internal snapshots and memory images stay as they are; only what is remembered goes.</summary>
    public bool MetadataOnly { get; init; }

    /// <summary>Refuse when anything descends from it.</summary>
    public bool RefuseChildren { get; init; }

    /// <summary>What goes, parents before their children.</summary>
    internal IReadOnlyList<Snapshot> GoneFrom(SnapshotTree tree, Snapshot snapshot) => Scope switch
    {
        DeleteScope.Subtree => [snapshot, .. tree.DescendantsOf(snapshot)],
        DeleteScope.Descendants => [.. tree.DescendantsOf(snapshot)],
        _ => [snapshot],
    };

    /// <summary>The request that libvirt's flags mean (<c>virDomainSnapshotDeleteFlags</c>).</summary>
    public static DeleteRequest Of(SnapshotDeleteFlags flags) =>
        new(
            flags.HasFlag(SnapshotDeleteFlags.Children) ? DeleteScope.Subtree
            : flags.HasFlag(SnapshotDeleteFlags.ChildrenOnly) ? DeleteScope.Descendants
            : DeleteScope.Snapshot)
        {
            MetadataOnly = flags.HasFlag(SnapshotDeleteFlags.MetadataOnly),
        };

    /// <summary>The request that a mode of libvirt's first snapshot design means.</summary>
    public static DeleteRequest Of(DeleteMode mode) =>
        new(mode == DeleteMode.DiscardForce ? DeleteScope.Subtree : DeleteScope.Snapshot)
        {
            RefuseChildren = mode == DeleteMode.Discard,
        };
}
