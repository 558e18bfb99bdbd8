using Snaptree.Engine.Tests.Catalogue;
using Snaptree.Formats;
using Snaptree.Model;
using Snaptree.Platform;

namespace Snaptree.Engine.Tests.Records;

public sealed class RecordFilesTests : IDisposable
{
    private readonly StateFolder folder = new();
    private readonly SqliteCatalogue catalogue;
    private readonly RecordFiles records;

    public RecordFilesTests()
    {
        catalogue = folder.Open();
        catalogue.AddDomain(Sample.Domain(), Sample.Images());
        catalogue.AddSnapshot(Sample.Snapshot(1));
        catalogue.AddSnapshot(Sample.Snapshot(2, Sample.Snapshot(1).Uuid));
        records = new RecordFiles(folder.Settings);
    }

    private string DomainFolder => folder.Settings.DomainFolder(Sample.Uuid(1));

    public void Dispose()
    {
        catalogue.Dispose();
        folder.Dispose();
    }

    [Fact(Timeout = Limits.Test)]
    public async Task Every_snapshot_named_and_the_domain_have_their_document()
    {
        await WriteAsync(1, 2);

        await SameAsync(Sample.Snapshot(1), parent: null, active: false);
        await SameAsync(Sample.Snapshot(2, Sample.Snapshot(1).Uuid), parent: "snapshot 1", active: true);
        Assert.Equal(Sample.Domain().Xml, await File.ReadAllTextAsync($"{DomainFolder}/domain.xml"));
        Assert.All(Directory.EnumerateFiles(DomainFolder, "*", SearchOption.AllDirectories), file => Assert.Equal(OwnerOnly.File, FileFacts.Read(file)!.Mode));
        Assert.All(Directory.EnumerateDirectories(folder.Path, "*", SearchOption.AllDirectories), file => Assert.Equal(OwnerOnly.Folder, FileFacts.Read(file)!.Mode));
    }

    [Fact(Timeout = Limits.Test)]
    public async Task A_snapshot_that_is_gone_has_no_file_and_the_others_follow_the_catalogue()
    {
        await WriteAsync(1, 2);
        catalogue.Change(new CatalogueChange { Remove = [Sample.Snapshot(2).Uuid], Current = new CurrentMove(Sample.Snapshot(1).Uuid) });

        await WriteAsync(1, 2);
        await WriteAsync(1, 2, 3);

        await SameAsync(Sample.Snapshot(1), parent: null, active: true);
        Assert.Single(Directory.EnumerateFiles(folder.Settings.RecordFolder(Sample.Uuid(1))));
    }

    [Fact(Timeout = Limits.Test)]
    public async Task What_is_there_already_is_not_written_again()
    {
        await WriteAsync(1, 2);
        var before = Facts();

        await WriteAsync(1, 2);

        Assert.Equal(before, Facts());
    }

    [Fact(Timeout = Limits.Test)]
    public async Task The_records_of_an_undefined_domain_are_retired_and_stay()
    {
        await WriteAsync(1, 2);

        await records.RetireAsync(Sample.Domain(), CancellationToken.None);
        await records.RetireAsync(Sample.Domain(), CancellationToken.None);

        Assert.Equal(["domain.retired.xml"], Directory.EnumerateFiles(DomainFolder).Select(Path.GetFileName));
        Assert.Equal(2, Directory.EnumerateFiles(folder.Settings.RecordFolder(Sample.Uuid(1))).Count());
    }

    [Fact(Timeout = Limits.Test)]
    public async Task A_file_that_cannot_be_written_is_an_error_of_the_system()
    {
        Directory.CreateDirectory($"{DomainFolder}/..");
        await File.WriteAllTextAsync(DomainFolder, "in the way");

        var error = await Assert.ThrowsAsync<SnapshotException>(() => WriteAsync(1));

        Assert.Equal((ErrorCode.System, "Linux"), (error.Code, error.Foreign!.Source));
    }

    private Task WriteAsync(params int[] numbers) =>
        records.WriteAsync(catalogue, Sample.Domain(), numbers.Select(number => Sample.Snapshot(number).Uuid), CancellationToken.None);

    private async Task SameAsync(Snapshot snapshot, string? parent, bool active)
    {
        var record = SnapshotXml.ReadRecord(await File.ReadAllTextAsync($"{folder.Settings.RecordFolder(Sample.Uuid(1))}/{snapshot.Uuid}.xml"));
        Same.Snapshot(snapshot, record.Snapshot);
        Assert.Equal((parent, active), (record.ParentName, record.Active));
        Assert.Contains($"<title>at {snapshot.Name}</title>", record.DomainXml);
    }

    private List<FileFacts?> Facts() =>
        [.. Directory.EnumerateFiles(DomainFolder, "*", SearchOption.AllDirectories).Order().Select(FileFacts.Read)];
}
