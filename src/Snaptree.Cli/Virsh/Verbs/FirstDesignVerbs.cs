using Snaptree.Model;

namespace Snaptree.Cli.Virsh;

/// <summary>Verbs of libvirt's first snapshot design that virsh does not have, and the renaming that it lacks.</summary>
internal static class FirstDesignVerbs
{
    private static readonly VirshOption Name = VirshOption.Required("snapshotname", "name of the snapshot");
    private static readonly VirshOption NewName = VirshOption.Required("new-name", "new name of the snapshot");
    private static readonly VirshOption Paused = VirshOption.Flag("paused", "leave the guest paused");

    public static VirshVerb BuildStart() => new(
        "start-with-snapshot", VirshGroup.Snapshot, "start a domain from a snapshot", [Targets.Domain, Name, Paused], StartAsync)
    { Description = "Start an inactive domain from the state of a snapshot" };

    public static VirshVerb BuildDeleteAll() => new(
        "snapshot-delete-all", VirshGroup.Snapshot, "delete all snapshots of a domain", [Targets.Domain], DeleteAllAsync)
    { Description = "Delete all snapshots of a domain with their data; its present state stays" };

    public static VirshVerb BuildRename() => new(
        "snapshot-rename", VirshGroup.Snapshot, "rename a snapshot", [Targets.Domain, Name, NewName], RenameAsync)
    { Description = "Give a snapshot another name; its children and data stay" };

    private static async Task StartAsync(VirshCall call, CancellationToken cancellationToken)
    {
        var domain = await Targets.DomainAsync(call, cancellationToken);
        var snapshot = call.Snapshots.LookupByName(domain, call.Required(Name));
        if ((await call.Domains.GetInfoAsync(domain, cancellationToken)).State.IsActive())
        {
            throw new VirshFailureException("Domain is already active");
        }

        await VirshCall.OrFailAsync(
            $"Failed to start domain '{domain.Name}' from snapshot {snapshot.Name}",
            () => call.Connection.Changing("virDomainRevertToSnapshot").Snapshots.RevertAsync(
                snapshot, call.Has(Paused) ? SnapshotRevertFlags.Paused : SnapshotRevertFlags.Running, NoProgress.Instance, cancellationToken));
        call.Output.Extra($"Domain '{domain.Name}' started from snapshot {snapshot.Name}\n");
    }

    private static async Task DeleteAllAsync(VirshCall call, CancellationToken cancellationToken)
    {
        var domain = await Targets.DomainAsync(call, cancellationToken);
        await VirshCall.OrFailAsync(
            $"Failed to delete all snapshots of domain '{domain.Name}'",
            () => call.Connection.Changing("virDomainSnapshotDelete").Snapshots.DeleteAllAsync(domain, NoProgress.Instance, cancellationToken));
        call.Output.Extra($"All snapshots of domain '{domain.Name}' deleted\n");
    }

    private static async Task RenameAsync(VirshCall call, CancellationToken cancellationToken)
    {
        var domain = await Targets.DomainAsync(call, cancellationToken);
        var snapshot = call.Snapshots.LookupByName(domain, call.Required(Name));
        var name = call.Required(NewName);
        await VirshCall.OrFailAsync(
            $"Failed to rename snapshot {snapshot.Name}",
            () => call.Connection.Changing("virDomainSnapshotRename").Snapshots.RenameAsync(snapshot, name, NoProgress.Instance, cancellationToken));
        call.Output.Extra($"Snapshot {snapshot.Name} renamed to {name}\n");
    }
}
