using Snaptree.Engine;
using Snaptree.Model;

namespace Snaptree.Cli.Virsh;

/// <summary><c>snapshot-current</c>: shows the current snapshot, or makes another one current.</summary>
internal static class SnapshotCurrentVerb
{
    private static readonly VirshOption Name = VirshOption.Flag("name", "show only its name");

    public static VirshVerb Build() => new(
        "snapshot-current", VirshGroup.Snapshot, "Get or set the current snapshot", [Targets.Domain, Name, ShownXml.Secrets, Targets.Snapshot], RunAsync)
    { Description = "Show the current snapshot, or make another one current" };

    private static async Task RunAsync(VirshCall call, CancellationToken cancellationToken)
    {
        call.Exclude(Name, Targets.Snapshot);
        var domain = await Targets.DomainAsync(call, cancellationToken);
        if (call.Text(Targets.Snapshot) is { } name)
        {
            await SetAsync(call, domain, name, cancellationToken);
            return;
        }

        if (!call.Snapshots.HasCurrent(domain))
        {
            throw new VirshFailureException($"domain '{Targets.Named(call)}' has no current snapshot");
        }

        var current = call.Snapshots.Current(domain);
        call.Output.Print(call.Has(Name) ? current.Name : SnapshotXmlText.Read(call, current, call.Has(ShownXml.Secrets)));
    }

    private static async Task SetAsync(VirshCall call, DomainHandle domain, string name, CancellationToken cancellationToken)
    {
        var xml = SnapshotXmlText.Read(call, call.Snapshots.LookupByName(domain, name), withSecrets: true);
        await call.Connection.Changing("virDomainSnapshotCreateXML").Snapshots.CreateXmlAsync(
            domain, xml, SnapshotXmlText.RedefineFlags(xml) | SnapshotCreateFlags.Current, NoProgress.Instance, cancellationToken);
        call.Output.Extra($"Snapshot {name} set as current");
    }
}
