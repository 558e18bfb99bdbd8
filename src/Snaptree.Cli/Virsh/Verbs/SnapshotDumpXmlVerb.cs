namespace Snaptree.Cli.Virsh;

/// <summary><c>snapshot-dumpxml</c>.</summary>
internal static class SnapshotDumpXmlVerb
{
    private static readonly VirshOption Name = Targets.Snapshot with { IsRequired = true };

    public static VirshVerb Build() => new(
        "snapshot-dumpxml", VirshGroup.Snapshot, "Dump XML for a domain snapshot",
        [Targets.Domain, Name, ShownXml.Secrets, ShownXml.XPath, ShownXml.Wrap], RunAsync)
    { Description = "Show a snapshot's XML" };

    private static async Task RunAsync(VirshCall call, CancellationToken cancellationToken)
    {
        var name = call.Required(Name);
        var domain = await Targets.DomainAsync(call, cancellationToken);
        var snapshot = call.Snapshots.LookupByName(domain, name);
        await ShownXml.PrintAsync(call, () => Task.FromResult(SnapshotXmlText.Read(call, snapshot, call.Has(ShownXml.Secrets))));
    }
}
