namespace Snaptree.Cli.Virsh;

/// <summary><c>snapshot-create-as</c>: from words on the command line.</summary>
internal static class SnapshotCreateAsVerb
{
    private static readonly VirshOption Name = VirshOption.Text("name", "name of the snapshot");
    private static readonly VirshOption Description = VirshOption.Text("description", "what it is for");
    private static readonly VirshOption PrintXml = VirshOption.Flag("print-xml", "show the XML and create nothing");
    private static readonly VirshOption Memory = VirshOption.Named("memspec", "where memory goes: [file=]name[,snapshot=type]");

    private static readonly VirshOption Disks = new(
        "diskspec", VirshOptionKind.Rest, "where a disk goes: disk[,snapshot=type][,driver=type][,stype=type][,file=name]");

    public static VirshVerb Build() => new(
        "snapshot-create-as", VirshGroup.Snapshot, "Create a snapshot from a set of args",
        [
            Targets.Domain, Name, Description, PrintXml, SnapshotCreation.NoMetadata, SnapshotCreation.Halt, SnapshotCreation.DiskOnly,
            SnapshotCreation.ReuseExternal, SnapshotCreation.Quiesce, SnapshotCreation.Atomic, SnapshotCreation.Live, SnapshotCreation.Validate,
            Memory, Disks,
        ],
        RunAsync)
    { Description = "Create a snapshot (disks and memory) from arguments" };

    private static async Task RunAsync(VirshCall call, CancellationToken cancellationToken)
    {
        var domain = await Targets.DomainAsync(call, cancellationToken);
        var document = new SnapshotRequestText(call.Text(Name), call.Text(Description));
        if (call.Text(Memory) is { } memory && !document.TryAddMemory(memory))
        {
            throw new VirshFailureException($"unable to parse memspec: {memory}");
        }

        foreach (var disk in call.Values(Disks))
        {
            document.AddDisk(disk, call.Output.Error);
        }

        if (call.Has(PrintXml))
        {
            call.Output.Print($"{document}\n");
            return;
        }

        await SnapshotCreation.CreateAsync(call, domain, document.ToString(), SnapshotCreation.FlagsOf(call), from: null, cancellationToken);
    }
}
