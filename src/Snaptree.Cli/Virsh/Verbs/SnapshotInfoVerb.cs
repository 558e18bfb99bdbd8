using System.Globalization;
using Snaptree.Model;

namespace Snaptree.Cli.Virsh;

/// <summary><c>snapshot-info</c>.</summary>
internal static class SnapshotInfoVerb
{
    public static VirshVerb Build() => new(
        "snapshot-info", VirshGroup.Snapshot, "snapshot information", [Targets.Domain, Targets.Snapshot, Targets.Current], RunAsync)
    { Description = "Show what is known about a snapshot." };

    private static async Task RunAsync(VirshCall call, CancellationToken cancellationToken)
    {
        var domain = await Targets.DomainAsync(call, cancellationToken);
        var snapshot = Targets.SnapshotOf(call, domain);
        var isCurrent = call.Snapshots.IsCurrent(snapshot);
        var facts = SnapshotXmlText.Facts(SnapshotXmlText.Read(call, snapshot, withSecrets: false));
        var output = call.Output;
        output.Labelled("Name", snapshot.Name);
        output.Labelled("Domain", domain.Name);
        output.Labelled("Current", YesNo(isCurrent));
        output.Labelled("State", facts.State);
        output.Labelled("Location", facts.IsExternal ? "external" : "internal");
        output.Labelled("Parent", facts.Parent ?? "-");
        output.Labelled("Children", Count(SnapshotListFlags.None));
        output.Labelled("Descendants", Count(SnapshotListFlags.Descendants));
        output.Labelled("Metadata", YesNo(call.Snapshots.HasMetadata(snapshot)));

        string Count(SnapshotListFlags flags) => call.Snapshots.CountChildren(snapshot, flags).ToString(CultureInfo.InvariantCulture);
    }

    private static string YesNo(bool fact) => fact ? "yes" : "no";
}
