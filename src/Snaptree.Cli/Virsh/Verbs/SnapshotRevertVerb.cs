using Snaptree.Engine;
using Snaptree.Model;

namespace Snaptree.Cli.Virsh;

/// <summary><c>snapshot-revert</c>.</summary>
internal static class SnapshotRevertVerb
{
    private static readonly VirshOption Running = VirshOption.Flag("running", "the domain runs afterwards");
    private static readonly VirshOption Paused = VirshOption.Flag("paused", "the domain is paused afterwards");
    private static readonly VirshOption Force = VirshOption.Flag("force", "revert even where something would be lost");
    private static readonly VirshOption ResetNvram = VirshOption.Flag("reset-nvram", "begin with the template of the NVRAM");

    public static VirshVerb Build() => new(
        "snapshot-revert", VirshGroup.Snapshot, "Revert a domain to a snapshot",
        [Targets.Domain, Targets.Snapshot, Targets.Current, Running, Paused, Force, ResetNvram], RunAsync)
    { Description = "Put a domain back to a snapshot" };

    private static async Task RunAsync(VirshCall call, CancellationToken cancellationToken)
    {
        var domain = await Targets.DomainAsync(call, cancellationToken);
        var snapshot = Targets.SnapshotOf(call, domain);
        var flags = call.When(Running, SnapshotRevertFlags.Running) | call.When(Paused, SnapshotRevertFlags.Paused)
            | call.When(ResetNvram, SnapshotRevertFlags.ResetNvram);
        await VirshCall.OrFailAsync($"Failed to revert snapshot {snapshot.Name}", () => RevertAsync(call, snapshot, flags, cancellationToken));
        call.Output.Extra($"Domain snapshot {snapshot.Name} reverted\n");
    }

    /// <summary>Force is used only where it is needed.</summary>
    private static async Task RevertAsync(VirshCall call, SnapshotHandle snapshot, SnapshotRevertFlags flags, CancellationToken cancellationToken)
    {
        var snapshots = call.Connection.Changing("virDomainRevertToSnapshot").Snapshots;
        try
        {
            await snapshots.RevertAsync(snapshot, flags, NoProgress.Instance, cancellationToken);
        }
        catch (SnapshotException risky) when (risky.Code == ErrorCode.RevertRisky && call.Has(Force))
        {
            await snapshots.RevertAsync(snapshot, flags | SnapshotRevertFlags.Force, NoProgress.Instance, cancellationToken);
        }
    }
}
