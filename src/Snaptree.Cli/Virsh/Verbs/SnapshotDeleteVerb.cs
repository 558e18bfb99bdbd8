using Snaptree.Model;

namespace Snaptree.Cli.Virsh;

/// <summary><c>snapshot-delete</c>, with the four modes of libvirt's first snapshot design besides virsh's own options.</summary>
internal static class SnapshotDeleteVerb
{
    private static readonly VirshOption Children = VirshOption.Flag("children", "delete what descends from it too");
    private static readonly VirshOption ChildrenOnly = VirshOption.Flag("children-only", "delete only what descends from it");
    private static readonly VirshOption Metadata = VirshOption.Flag("metadata", "forget it and leave its data where they are");
    private static readonly VirshOption Merge = VirshOption.Flag("merge", "keep what descends from it, with its data merged");
    private static readonly VirshOption MergeForce = VirshOption.Flag("mergeforce", "as --merge, at the cost of others where the hypervisor cannot");
    private static readonly VirshOption Discard = VirshOption.Flag("delete", "delete it with its data; refused when something descends from it");
    private static readonly VirshOption DiscardForce = VirshOption.Flag("deleteforce", "delete it with all that descends from it");

    private static readonly (VirshOption Option, DeleteMode Mode)[] Modes =
    [
        (Merge, DeleteMode.Merge), (MergeForce, DeleteMode.MergeForce), (Discard, DeleteMode.Discard), (DiscardForce, DeleteMode.DiscardForce),
    ];

    public static VirshVerb Build() => new(
        "snapshot-delete", VirshGroup.Snapshot, "Delete a domain snapshot",
        [Targets.Domain, Targets.Snapshot, Targets.Current, Children, ChildrenOnly, Metadata, Merge, MergeForce, Discard, DiscardForce], RunAsync)
    { Description = "Delete a snapshot; what descends from it stays unless it is told otherwise" };

    private static async Task RunAsync(VirshCall call, CancellationToken cancellationToken)
    {
        var mode = ModeOf(call);
        var domain = await Targets.DomainAsync(call, cancellationToken);
        var snapshot = Targets.SnapshotOf(call, domain);
        var flags = call.When(Children, SnapshotDeleteFlags.Children) | call.When(ChildrenOnly, SnapshotDeleteFlags.ChildrenOnly)
            | call.When(Metadata, SnapshotDeleteFlags.MetadataOnly);
        await VirshCall.OrFailAsync(
            $"Failed to delete snapshot {snapshot.Name}",
            () =>
            {
                var snapshots = call.Connection.Changing("virDomainSnapshotDelete").Snapshots;
                return mode is { } first
                    ? snapshots.DeleteAsync(snapshot, first, NoProgress.Instance, cancellationToken)
                    : snapshots.DeleteAsync(snapshot, flags, NoProgress.Instance, cancellationToken);
            });
        call.Output.Extra($"Domain snapshot {snapshot.Name} {(call.Has(ChildrenOnly) ? "children deleted" : "deleted")}\n");
    }

    /// <summary>The mode that was asked for; null when the words were virsh's own.</summary>
    private static DeleteMode? ModeOf(VirshCall call)
    {
        List<VirshOption> given = [.. new[] { Children, ChildrenOnly, Metadata }.Concat(Modes.Select(mode => mode.Option)).Where(call.Has)];
        var first = Modes.Where(mode => call.Has(mode.Option)).Select(mode => (DeleteMode?)mode.Mode).FirstOrDefault();
        if (first is not null && given.Count > 1)
        {
            call.Exclude(given[0], given[1]);
        }

        return first;
    }
}
