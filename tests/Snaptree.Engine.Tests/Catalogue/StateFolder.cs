using System.Collections.Immutable;
using Snaptree.Model;

namespace Snaptree.Engine.Tests.Catalogue;

/// <summary>A state directory for one test, gone with it.</summary>
internal sealed class StateFolder : IDisposable
{
    public StateFolder() => Path = Directory.CreateTempSubdirectory("snaptree-engine-").FullName;

    public string Path { get; }

    public EngineSettings Settings => SettingsOf(Path);

    public string CataloguePath => Settings.CataloguePath;

    public static EngineSettings SettingsOf(string path) => new(path, path, TimeProvider.System);

    public SqliteCatalogue Open() => SqliteCatalogue.Open(Settings);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

internal static class Limits
{
    /// <summary>Every test ends within this, in milliseconds.</summary>
    public const int Test = 120_000;

    public static readonly TimeSpan Wait = TimeSpan.FromSeconds(30);
}

/// <summary>Nouns for tests, all fields filled.</summary>
internal static class Sample
{
    public static readonly DateTimeOffset Start = new(2026, 3, 4, 5, 6, 7, 891, TimeSpan.Zero);

    public static Guid Uuid(int number) => new(number, 0, 0, new byte[8]);

    public static ImagePath Image(string name) => new($"/images/{name}.qcow2");

    public static DomainRecord Domain(int number = 1, string? name = null) =>
        new(
            Uuid(number),
            DomainName.Parse(name ?? $"domain {number} ä😀"),
            "<domain>\n  verbatim &amp; ä😀\r\n</domain>",
            ImmutableDictionary<DiskTarget, ImagePath>.Empty.Add(new("vda"), Image($"{number}-a")).Add(new("vdb"), Image($"{number}-b")),
            null,
            null);

    public static ImmutableArray<ImageRecord> Images(int number = 1) =>
    [
        new(new("vda"), Image($"{number}-a"), ImageRole.Original),
        new(new("vda"), Image("template"), ImageRole.Underlying),
        new(new("vdb"), Image($"{number}-b"), ImageRole.Original),
        new(new("vdb"), Image("template"), ImageRole.Underlying),
    ];

    public static Snapshot Snapshot(int number, Guid? parent = null, string? name = null) =>
        new()
        {
            Uuid = Uuid(1000 + number),
            Name = SnapshotName.Parse(name ?? $"snapshot {number}"),
            CreatedAt = Start.AddTicks(number),
            State = SnapshotState.Running,
            Description = "line 1\nline 2 ä😀",
            Parent = parent,
            Memory = MemoryLocation.External,
            MemoryPath = $"/memory/{number}.mem",
            Disks =
            [
                new(new("vdb"), SnapshotLocation.External, Image($"b{number}"), ImageFormat.Raw, Image($"b{number + 1}")),
                new(new("vda"), SnapshotLocation.External, Image($"a{number}"), ImageFormat.Qcow2, Image($"a{number + 1}")),
                new(new("sda"), SnapshotLocation.No, null, null, null),
            ],
        };

    public static SnapshotEntry Entry(Snapshot snapshot) =>
        new(
            snapshot,
            $"<domain type='qemu'><title>at {snapshot.Name}</title><devices>{string.Concat(snapshot.Disks.Select(disk => $"<disk><target dev='{disk.Target}'/></disk>"))}</devices></domain>");

    public static OperationRecord Operation(string id, int domain = 1, int steps = 3, int startedSecond = 0) =>
        new(
            new OperationId(id), Uuid(domain), $"operation {id}", $$"""{"plan":"{{id}} ä"}""", OperationState.Open, Start.AddSeconds(startedSecond),
            [.. Enumerable.Repeat(StepPhase.None, steps)]);

    /// <summary>Applies a change as an operation of its own.</summary>
    public static void Change(this SqliteCatalogue catalogue, CatalogueChange change, int domain = 1)
    {
        var operation = Operation(OperationId.New().Value, domain, steps: 1);
        catalogue.Open(operation);
        try
        {
            catalogue.Apply(operation.Id, 0, operation.Domain, change);
        }
        catch (SnapshotException)
        {
            catalogue.Close(operation.Id, OperationState.Undone);
            throw;
        }

        catalogue.Close(operation.Id, OperationState.Succeeded);
    }

    public static void AddSnapshot(this SqliteCatalogue catalogue, Snapshot snapshot, int domain = 1) =>
        catalogue.Change(new CatalogueChange { Add = Entry(snapshot), Current = new CurrentMove(snapshot.Uuid) }, domain);
}

/// <summary>Compares by content: records hold collections, whose equality is identity.</summary>
internal static class Same
{
    public static void Domain(DomainRecord expected, DomainRecord? actual)
    {
        Assert.NotNull(actual);
        Assert.Equal(expected.ActiveImages.OrderBy(pair => pair.Key), actual.ActiveImages.OrderBy(pair => pair.Key));
        Assert.Equal(expected with { ActiveImages = actual.ActiveImages }, actual);
    }

    public static void Snapshot(Snapshot expected, Snapshot? actual)
    {
        Assert.NotNull(actual);
        Assert.Equal(expected.Disks.AsEnumerable(), actual.Disks);
        Assert.Equal(expected with { Disks = actual.Disks }, actual);
    }

    public static void Operation(OperationRecord expected, OperationRecord? actual)
    {
        Assert.NotNull(actual);
        Assert.Equal(expected.Phases.AsEnumerable(), actual.Phases);
        Assert.Equal(expected with { Phases = actual.Phases }, actual);
    }
}
