using Snaptree.Model;

namespace Snaptree.Engine.Tests.Calls;

/// <summary>What a snapshot is to a listing.</summary>
internal sealed record ReferenceNode(string? Parent, string State, bool IsExternal);

/// <summary>The rules of trees, current and filters (libvirt's documentation, said a second time as simply as can be).</summary>
internal sealed class ReferenceTree
{
    public SortedDictionary<string, ReferenceNode> Nodes { get; } = new(StringComparer.Ordinal);

    public string? Current { get; set; }

    public void Create(string name, string state, bool isExternal)
    {
        Nodes.Add(name, new ReferenceNode(Current, state, isExternal));
        Current = name;
    }

    public IEnumerable<string> ChildrenOf(string? name) => Nodes.Where(pair => pair.Value.Parent == name).Select(pair => pair.Key);

    public IEnumerable<string> Below(string name) => ChildrenOf(name).SelectMany(child => Below(child).Prepend(child));

    public void Delete(string name)
    {
        foreach (var child in ChildrenOf(name).ToList())
        {
            Nodes[child] = Nodes[child] with { Parent = Nodes[name].Parent };
        }

        Current = Current == name ? Nodes[name].Parent : Current;
        Nodes.Remove(name);
    }

    public void DeleteSubtree(string name)
    {
        foreach (var gone in Below(name).Reverse().Append(name).ToList())
        {
            Delete(gone);
        }
    }

    public void DeleteBelow(string name)
    {
        foreach (var child in ChildrenOf(name).ToList())
        {
            DeleteSubtree(child);
        }
    }

    public void Rename(string name, string to)
    {
        Nodes.Add(to, Nodes[name]);
        foreach (var child in ChildrenOf(name).ToList())
        {
            Nodes[child] = Nodes[child] with { Parent = to };
        }

        Nodes.Remove(name);
        Current = Current == name ? to : Current;
    }

    public IEnumerable<string> List(SnapshotListFlags flags) =>
        Nodes.Keys.Where(name => !flags.HasFlag(SnapshotListFlags.Roots) || Nodes[name].Parent is null).Where(name => Passes(name, flags));

    public IEnumerable<string> ListBelow(string start, SnapshotListFlags flags) =>
        (flags.HasFlag(SnapshotListFlags.Descendants) ? Below(start) : ChildrenOf(start)).Where(name => Passes(name, flags));

    private bool Passes(string name, SnapshotListFlags flags)
    {
        var node = Nodes[name];
        return Any(flags, (SnapshotListFlags.Leaves, !ChildrenOf(name).Any()), (SnapshotListFlags.NoLeaves, ChildrenOf(name).Any()))
            && Any(flags, (SnapshotListFlags.Metadata, true), (SnapshotListFlags.NoMetadata, false))
            && Any(
                flags, (SnapshotListFlags.Inactive, node.State == "shutoff"), (SnapshotListFlags.DiskOnly, node.State == "disk-snapshot"),
                (SnapshotListFlags.Active, node.State is not ("shutoff" or "disk-snapshot")))
            && Any(flags, (SnapshotListFlags.External, node.IsExternal), (SnapshotListFlags.Internal, !node.IsExternal));
    }

    private static bool Any(SnapshotListFlags flags, params (SnapshotListFlags Flag, bool Fact)[] group) =>
        group.All(one => !flags.HasFlag(one.Flag)) || group.Any(one => flags.HasFlag(one.Flag) && one.Fact);
}
