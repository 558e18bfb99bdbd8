using System.Collections.Immutable;
using Snaptree.Drivers;
using Snaptree.Engine.Tests.Catalogue;
using Snaptree.Formats;
using Snaptree.Model;

namespace Snaptree.Engine.Tests.Planning;

/// <summary>One image of a disk, by its name and the name of what it stands on.</summary>
internal sealed record Layer(string Name, string? On = null)
{
    public const long MiB = 1 << 20;

    public string Disk { get; init; } = "vda";

    public ImageRole Role { get; init; } = On is null ? ImageRole.Original : ImageRole.Owned;

    public ImageFormat Format { get; init; } = ImageFormat.Qcow2;

    public long Bytes { get; init; } = 100 * MiB;

    public ImmutableArray<string> Tags { get; init; } = [];

    /// <summary>A name is a file of the images' folder, unless it is a whole path.</summary>
    public static ImagePath At(string name) => new(name.StartsWith('/') ? name : $"/images/{name}.qcow2");

    public ImageInfo Info() =>
        new(At(Name), Format, 1L << 30, Bytes, On is null ? null : new Backing(At(On).Value, At(On), ImageFormat.Qcow2), HoldsData: true)
        {
            InternalSnapshots = [.. Tags.Select((tag, at) => new InternalSnapshot($"{at + 1}", tag, Sample.Start, 0))],
        };

    public ImageRecord Record() => new(new(Disk), At(Name), Role);
}

/// <summary>Facts for planners, made up: nothing but records.</summary>
internal static class PlanLab
{
    public const long MemoryBytes = 512 * Layer.MiB;

    public static DiskTarget Vda { get; } = new("vda");

    /// <summary>A shut off domain whose disks are on the last layer given for each.</summary>
    public static PlanFacts Facts(params Layer[] layers)
    {
        var tops = layers.GroupBy(layer => layer.Disk).ToImmutableDictionary(disk => new DiskTarget(disk.Key), disk => Layer.At(disk.Last().Name));
        var xml = Xml(layers.Where(layer => layer.Role == ImageRole.Original).DistinctBy(layer => layer.Disk));
        return new PlanFacts
        {
            Operation = new OperationId("abcdefghij"),
            Now = Sample.Start,
            NewUuid = Sample.Uuid(500),
            Domain = new DomainRecord(Sample.Uuid(1), DomainName.Parse("vm"), xml, tops, null, null),
            Definition = DomainXml.Parse(xml),
            View = new DomainView { State = DomainState.Shutoff, Images = new ImageTree(layers.Select(layer => layer.Info()), []) },
            Tree = new SnapshotTree([], null),
            Images = [.. layers.Select(layer => layer.Record())],
            ImagesOfOthers = ImmutableHashSet<ImagePath>.Empty,
            MemoryFolder = "/memory",
            FreeBytes = ImmutableDictionary<string, long>.Empty.Add("/images", 1L << 40).Add("/memory", 1L << 39),
            InternalFormats = [ImageFormat.Qcow2],
        };
    }

    /// <summary>The same domain with a process that has all chains open.</summary>
    public static PlanFacts Active(this PlanFacts facts, DomainState state = DomainState.Running) =>
        facts with
        {
            Domain = facts.Domain with { Instance = new InstanceId("present") },
            View = facts.View with
            {
                State = state,
                Disks = [.. facts.Domain.ActiveImages.OrderBy(top => top.Key).Select(top => new DiskView(
                    top.Key, [.. facts.View.Images.ChainOf(top.Value).Select(image => image.Path)]))],
            },
        };

    public static PlanFacts In(this PlanFacts facts, DomainState state) =>
        state.IsActive() ? facts.Active(state) : facts with { View = facts.View with { State = state } };

    /// <summary>The same domain with these snapshots; the last one is current.</summary>
    public static PlanFacts With(this PlanFacts facts, params Snapshot[] snapshots) =>
        facts with
        {
            Domain = facts.Domain with { Current = snapshots[^1].Uuid },
            Tree = new SnapshotTree(snapshots, snapshots[^1].Uuid),
        };

    public static PlanFacts WithOthersOn(this PlanFacts facts, params string[] names) =>
        facts with { ImagesOfOthers = names.Select(Layer.At).ToHashSet() };

    public static Snapshot External(int number, int? parent, params (string Disk, string Image)[] parts) =>
        Plain(number, parent) with
        {
            State = SnapshotState.Shutoff,
            Disks = [.. parts.Select(part => new SnapshotDisk(new(part.Disk), SnapshotLocation.External, Layer.At(part.Image), ImageFormat.Qcow2, null))],
        };

    public static Snapshot Internal(int number, int? parent, params (string Disk, string Image)[] parts)
    {
        var external = External(number, parent, parts);
        return external with { Disks = [.. external.Disks.Select(part => part with { Location = SnapshotLocation.Internal })] };
    }

    /// <summary>The guest has a port for an agent.</summary>
    public static PlanFacts WithAgent(this PlanFacts facts) =>
        facts with { Definition = facts.Definition with { Agent = new AgentChannel(SocketPath: null) } };

    public static Snapshot WithMemory(this Snapshot snapshot) =>
        snapshot with { State = SnapshotState.Running, Memory = MemoryLocation.External, MemoryPath = $"/memory/{snapshot.Name}.mem" };

    public static RevertRequest Revert(this PlanFacts facts, Snapshot snapshot, RevertTarget target = RevertTarget.AsSnapshot) =>
        new(snapshot, facts.Domain.Xml, snapshot.MemoryPath is null ? null : Memory(MemoryBytes), new RevertWish(target));

    public static MemoryImageInfo Memory(long ramBytes) => new(ramBytes, 300 * Layer.MiB, "pc-q35-7.2", "7.2", Sample.Uuid(1));

    private static Snapshot Plain(int number, int? parent) =>
        new()
        {
            Uuid = Sample.Uuid(1000 + number),
            Name = SnapshotName.Parse($"s{number}"),
            CreatedAt = Sample.Start.AddMinutes(number),
            State = SnapshotState.Running,
            Parent = parent is { } known ? Sample.Uuid(1000 + known) : null,
        };

    private static string Xml(IEnumerable<Layer> originals) =>
        DomainXmlWriter.Write(new NewDomain(
            DomainName.Parse("vm"), Sample.Uuid(1), Accelerator.Tcg, MemoryBytes, 1, "pc",
            [.. originals.Select(layer => new NewDisk(
                new(layer.Disk), DiskBus.Virtio, Layer.At(layer.Name), layer.Format, DiskDevice.Disk, ReadOnly: false))],
            DirectBoot: null, Serials: [], Interfaces: [], RandomDevice: false, CpuModel: null));
}

/// <summary>What must hold for every plan, and short ways to look at one.</summary>
internal static class PlanChecks
{
    public static string[] Kinds(this Plan plan) => [.. plan.Steps.Select(step => step.GetType().Name.Replace("Step", "", StringComparison.Ordinal))];

    public static T One<T>(this Plan plan)
        where T : Step => Assert.Single(plan.Steps.OfType<T>());

    public static Step NoReturnStep(this Plan plan) => plan.Steps[plan.NoReturnIndex];

    public static SnapshotException Refused(ErrorCode code, Func<Plan> plan, string? disk = null)
    {
        var error = Assert.Throws<SnapshotException>(plan);
        Assert.Equal((code, "vm", disk), (error.Code, error.Domain, error.Disk));
        Assert.NotEmpty(error.Remedy);
        return error;
    }

    /// <summary>Holds the plan against the rules that all plans share, and gives it back.</summary>
    public static Plan Sound(this Plan plan, PlanFacts facts)
    {
        Deep.Equal(plan, PlanJson.Read(PlanJson.Write(plan)));
        Assert.All(plan.Steps.OfType<RecordStep>(), record => Assert.Same(record, plan.Steps[record.Index]));

        // A point of no return is either known from its intent or seen in the facts.
        Assert.True(plan.NoReturnStep() is { NoReturn: NoReturn.AtIntent } or RecordStep or SwitchDisksStep or SaveInternalStep);
        Assert.DoesNotContain(plan.Steps[..plan.NoReturnIndex], step => step.NoReturn == NoReturn.AtIntent || step is RecordStep);
        var jobs = plan.Steps.Select(JobOf).OfType<string>().ToList();
        Assert.Equal(jobs.Distinct(), jobs);
        Assert.All(jobs, job => Assert.Contains(plan.Operation.Value, job));

        for (var at = 0; at < plan.Steps.Length; at++)
        {
            if (plan.Steps[at] is DeleteImageStep { Path: var path })
            {
                Assert.Equal(ImageRole.Owned, facts.Image(path)?.Role);
                Assert.DoesNotContain(path, facts.ImagesOfOthers);
                Assert.Contains(path, plan.Steps[..at].OfType<RecordStep>().SelectMany(record => record.Change.RemoveImages));
                Assert.Contains(path.Value, plan.Costs.FilesRemoved);
            }
        }

        return plan;
    }

    private static string? JobOf(Step step) => step switch
    {
        CommitImageStep commit => commit.Merge.JobId,
        PullImageStep pull => pull.Merge.JobId,
        SaveInternalStep save => save.Request.JobId,
        _ => null,
    };
}
