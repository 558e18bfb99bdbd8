using System.Collections.Immutable;
using Snaptree.Cli.Listing;
using Snaptree.Cli.Text;
using Snaptree.Drivers;
using Snaptree.Engine;
using Snaptree.Model;

namespace Snaptree.Cli.Tests;

/// <summary>Trees and plans to be drawn.</summary>
internal static class Samples
{
    public static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
    public static readonly Style Unicode = new(80, Color: false, Unicode: true);
    public static readonly Guid DomainUuid = new("11111111-2222-3333-4444-555555555555");

    /// <summary>Snapshots named "child&lt;parent" or "root", an hour apart, the last one an hour ago.</summary>
    public static SnapshotTree Tree(string? current, params string[] relations)
    {
        var uuids = relations.Select((relation, at) => (Name: relation.Split('<')[0], Uuid: Uuid(at))).ToDictionary(pair => pair.Name, pair => pair.Uuid);
        var snapshots = relations.Select((relation, at) => relation.Split('<') switch
        {
            [var name, var parent] => Snapshot(at, name, relations.Length - at) with { Parent = uuids[parent] },
            [var name] => Snapshot(at, name, relations.Length - at),
            _ => throw new ArgumentException(relation, nameof(relations)),
        });
        return new SnapshotTree(snapshots, current is null ? null : uuids[current]);
    }

    public static Snapshot Snapshot(int number, string name, int hoursAgo) => new()
    {
        Uuid = Uuid(number),
        Name = SnapshotName.Parse(name),
        CreatedAt = Now - TimeSpan.FromHours(hoursAgo),
        State = SnapshotState.Running,
        Memory = MemoryLocation.External,
        MemoryPath = $"/state/{number}.mem",
        Disks = [Disk($"/images/{number}.qcow2")],
    };

    public static SnapshotDisk Disk(string image) =>
        new(new DiskTarget("vda"), SnapshotLocation.External, new ImagePath(image), ImageFormat.Qcow2, null);

    public static SnapshotListing Listing(SnapshotTree tree, string? unfinished = null) => new(
        "web1", DomainUuid, "running", unfinished, tree,
        tree.All.ToImmutableDictionary(snapshot => snapshot.Uuid, _ => new SnapshotSize(1536L << 20, IsIncomplete: false)), Now);

    /// <summary>A checkpoint of a running guest with more memory than there is room for.</summary>
    public static Plan CreatePlan()
    {
        var overlay = new OverlayRequest(new DiskTarget("vda"), new ImagePath("/images/web1.s1.qcow2"), new ImagePath("/images/web1.qcow2"), ImageFormat.Qcow2, 1 << 30);
        return new Plan(
            new OperationId("abcdefghij"), "create snapshot 's1' of domain 'web1'",
            [
                new CreateOverlayStep(overlay), new OpenOverlaysStep([overlay]), new PauseGuestStep(),
                new SaveMemoryStep("/state/s1.mem", 1 << 30), new SwitchDisksStep([overlay]), new ResumeGuestStep(),
            ],
            NoReturnIndex: 4)
        {
            Costs = new PlanCosts
            {
                CopiedBytes = 1 << 30,
                Space = [new SpaceNeed("/state", 1 << 30, 512 << 20)],
                FilesWritten = ["/images/web1.s1.qcow2", "/state/s1.mem"],
                Destroys = ["nothing that matters"],
                Notes = ["a note"],
                GuestPause = "the guest stands still while its memory is written",
            },
        };
    }

    public static string Text(IEnumerable<string> lines) => string.Join('\n', lines);

    private static Guid Uuid(int number) => new(number + 1, 0, 0, new byte[8]);
}
