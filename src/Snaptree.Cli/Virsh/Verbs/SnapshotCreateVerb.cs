using Snaptree.Model;

namespace Snaptree.Cli.Virsh;

/// <summary><c>snapshot-create</c>: from a document, or with all left to the hypervisor.</summary>
internal static class SnapshotCreateVerb
{
    /// <summary>What virsh sends when it is given no file.</summary>
    private const string EverythingDefault = "<domainsnapshot/>";

    private static readonly VirshOption File = VirshOption.Text("xmlfile", "file with the domainsnapshot XML");
    private static readonly VirshOption Redefine = VirshOption.Flag("redefine", "only write down what the XML says");
    private static readonly VirshOption Current = VirshOption.Flag("current", "with --redefine: it becomes the current snapshot");

    public static VirshVerb Build() => new(
        "snapshot-create", VirshGroup.Snapshot, "Create a snapshot from XML",
        [
            Targets.Domain, File, Redefine, Current, SnapshotCreation.NoMetadata, SnapshotCreation.Halt, SnapshotCreation.DiskOnly,
            SnapshotCreation.ReuseExternal, SnapshotCreation.Quiesce, SnapshotCreation.Atomic, SnapshotCreation.Live, SnapshotCreation.Validate,
        ],
        RunAsync)
    { Description = "Create a snapshot (disks and memory) from XML" };

    private static async Task RunAsync(VirshCall call, CancellationToken cancellationToken)
    {
        var domain = await Targets.DomainAsync(call, cancellationToken);
        var from = call.Text(File);
        var xml = from is null ? EverythingDefault : await VirshFile.ReadAsync(from, cancellationToken);
        var flags = SnapshotCreation.FlagsOf(call)
            | call.When(Redefine, SnapshotCreateFlags.Redefine) | call.When(Current, SnapshotCreateFlags.Current);
        await SnapshotCreation.CreateAsync(call, domain, xml, flags, from, cancellationToken);
    }
}
