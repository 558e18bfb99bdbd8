using Snaptree.Engine;
using Snaptree.Model;

namespace Snaptree.Cli.Virsh;

/// <summary><c>snapshot-parent</c>.</summary>
internal static class SnapshotParentVerb
{
    public static VirshVerb Build() => new(
        "snapshot-parent", VirshGroup.Snapshot, "Get the name of the parent of a snapshot", [Targets.Domain, Targets.Snapshot, Targets.Current], RunAsync)
    { Description = "Show the name of a snapshot's parent, if it has one" };

    private static async Task RunAsync(VirshCall call, CancellationToken cancellationToken)
    {
        var domain = await Targets.DomainAsync(call, cancellationToken);
        var snapshot = Targets.SnapshotOf(call, domain);
        var parent = Find(call, snapshot) ?? throw new VirshFailureException($"snapshot '{snapshot.Name}' has no parent");
        call.Output.Print(parent);
    }

    /// <summary>Null for a root.</summary>
    public static string? Find(VirshCall call, SnapshotHandle snapshot)
    {
        try
        {
            return call.Snapshots.Parent(snapshot).Name;
        }
        catch (SnapshotException root) when (root.Code == ErrorCode.NoSnapshot)
        {
            return null;
        }
    }
}
