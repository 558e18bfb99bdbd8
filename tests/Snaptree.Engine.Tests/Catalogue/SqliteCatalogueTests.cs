using Snaptree.Drivers;
using Snaptree.Model;
using Snaptree.Platform;

namespace Snaptree.Engine.Tests.Catalogue;

public sealed class SqliteCatalogueTests : IDisposable
{
    private readonly StateFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_domain_or_snapshot_called_like_anothers_UUID_does_not_stand_in_its_way()
    {
        using var catalogue = folder.Open();
        var wanted = Sample.Domain(1);
        catalogue.AddDomain(Sample.Domain(2, name: wanted.Uuid.ToString()), []);
        catalogue.AddDomain(wanted, []);
        var snapshot = Sample.Snapshot(1);
        catalogue.AddSnapshot(Sample.Snapshot(2, name: snapshot.Uuid.ToString()));
        catalogue.AddSnapshot(snapshot);

        Assert.Equal(wanted.Uuid, catalogue.FindDomain(wanted.Uuid.ToString())!.Uuid);
        Assert.Equal(snapshot.Uuid, catalogue.FindSnapshot(wanted.Uuid, snapshot.Uuid.ToString())!.Uuid);
        Assert.Equal(Sample.Uuid(2), catalogue.FindDomain(Sample.Uuid(2).ToString())!.Uuid);
    }

    [Fact]
    public void Domains_come_back_as_they_were_by_name_and_by_UUID()
    {
        var plain = Sample.Domain(1, "zulu");
        var full = Sample.Domain(2) with { Instance = new InstanceId("instance1") };
        using (var writer = folder.Open())
        {
            writer.AddDomain(plain, Sample.Images(1));
            writer.AddDomain(full, Sample.Images(2));
        }

        using var catalogue = folder.Open();
        Same.Domain(plain, catalogue.FindDomain("zulu"));
        Same.Domain(full, catalogue.FindDomain(full.Name.Value));
        Same.Domain(full, catalogue.FindDomain(full.Uuid.ToString().ToUpperInvariant()));
        Assert.Null(catalogue.FindDomain("ZULU"));
        Assert.Null(catalogue.FindDomain(Sample.Uuid(3).ToString()));
        Assert.Equal([full.Name, plain.Name], catalogue.ListDomains().Select(domain => domain.Name));
        Assert.Equal(Sample.Images(2).OrderBy(Key), catalogue.ListImages(full.Uuid).OrderBy(Key));
        Assert.Equal([Sample.Image("2-a"), Sample.Image("2-b"), Sample.Image("template")], catalogue.ImagesOfOthers(plain.Uuid).OrderBy(path => path.Value));

        static string Key(ImageRecord image) => $"{image.Disk} {image.Path}";
    }

    [Fact]
    public void A_taken_name_or_UUID_is_refused_and_nothing_of_the_domain_is_kept()
    {
        using var catalogue = folder.Open();
        catalogue.AddDomain(Sample.Domain(1), []);

        foreach (var second in new[] { Sample.Domain(2, Sample.Domain(1).Name.Value), Sample.Domain(1, "other") })
        {
            var error = Assert.Throws<SnapshotException>(() => catalogue.AddDomain(second, Sample.Images(2)));
            Assert.Equal(ErrorCode.OperationFailed, error.Code);
            Assert.Contains("already exists", error.Message);
        }

        Assert.Single(catalogue.ListDomains());
        Assert.Empty(catalogue.ImagesOfOthers(Sample.Uuid(99)));
    }

    [Fact]
    public void Snapshots_come_back_as_they_were_by_name_and_by_UUID_and_as_a_tree()
    {
        var domain = Sample.Domain();
        var root = Sample.Snapshot(1);
        var child = Sample.Snapshot(2, root.Uuid) with { Description = null, Memory = MemoryLocation.Internal, MemoryPath = null, State = SnapshotState.Shutoff };
        using (var writer = folder.Open())
        {
            writer.AddDomain(domain, Sample.Images());
            writer.AddSnapshot(root);
            writer.AddSnapshot(child);
            writer.AddDomain(Sample.Domain(2), []);
            writer.AddSnapshot(Sample.Snapshot(3, name: root.Name.Value), domain: 2);
        }

        using var catalogue = folder.Open();
        Same.Snapshot(root, catalogue.FindSnapshot(domain.Uuid, root.Name.Value));
        Same.Snapshot(child, catalogue.FindSnapshot(domain.Uuid, child.Uuid.ToString()));
        Assert.Null(catalogue.FindSnapshot(Sample.Uuid(2), root.Uuid.ToString()));
        Assert.Null(catalogue.FindSnapshot(domain.Uuid, "nothing"));
        var tree = catalogue.LoadTree(domain.Uuid);
        Assert.Equal(2, tree.Count);
        Same.Snapshot(root, tree.Find(root.Uuid));
        Same.Snapshot(child, tree.Current);
        Assert.Equal(child.Uuid, catalogue.FindDomain(domain.Uuid.ToString())!.Current);
        Assert.Equal(Sample.Entry(child).DomainXml, catalogue.EntryOf(Sample.Uuid(1), child.Uuid).DomainXml);
        Assert.Equal(ErrorCode.NoSnapshot, Assert.Throws<SnapshotException>(() => catalogue.EntryOf(Sample.Uuid(1), Sample.Uuid(5))).Code);
        Assert.Equal(0, catalogue.LoadTree(Sample.Uuid(5)).Count);
    }

    [Fact]
    public void A_removed_domain_leaves_nothing_behind()
    {
        using var catalogue = folder.Open();
        catalogue.AddDomain(Sample.Domain(), Sample.Images());
        catalogue.AddSnapshot(Sample.Snapshot(1));
        catalogue.AddSnapshot(Sample.Snapshot(2, Sample.Snapshot(1).Uuid));
        catalogue.Open(Sample.Operation("left"));

        catalogue.RemoveDomain(Sample.Uuid(1));

        using var file = SqliteDatabase.Open(folder.CataloguePath, SqliteOpenMode.ReadOnly, TimeSpan.Zero);
        foreach (var table in CatalogueSchema.Steps.SelectMany(step => step.Tables))
        {
            Assert.False(file.Any($"SELECT 1 FROM {table}"), table);
        }
    }

    [Fact]
    public void The_file_and_its_folder_are_for_the_owner_alone()
    {
        var deep = StateFolder.SettingsOf($"{folder.Path}/made/by us");
        using var catalogue = SqliteCatalogue.Open(deep);
        catalogue.AddDomain(Sample.Domain(), []);

        Assert.Equal(OwnerOnly.Folder, FileFacts.Read(deep.StateDirectory)!.Mode);
        Assert.All(Directory.EnumerateFiles(deep.StateDirectory), file => Assert.Equal(OwnerOnly.File, FileFacts.Read(file)!.Mode));
        using var file = SqliteDatabase.Open(deep.CataloguePath, SqliteOpenMode.ReadOnly, TimeSpan.Zero);
        Assert.Equal(["wal"], file.All("PRAGMA journal_mode", row => row.GetString(0)));
    }

    [Fact(Timeout = Limits.Test)]
    public async Task Many_threads_may_use_one_catalogue()
    {
        using var catalogue = folder.Open();
        await Task.WhenAll(Enumerable.Range(1, 8).Select(number => Task.Run(() =>
        {
            catalogue.AddDomain(Sample.Domain(number), Sample.Images(number));
            catalogue.AddSnapshot(Sample.Snapshot(number), number);
            Assert.Equal(1, catalogue.LoadTree(Sample.Uuid(number)).Count);
        }))).WaitAsync(Limits.Wait);

        Assert.Equal(8, catalogue.ListDomains().Count);
    }

    [Fact(Timeout = Limits.Test)]
    public async Task Several_connections_see_whole_changes_only()
    {
        using var writer = folder.Open();
        writer.AddDomain(Sample.Domain(), []);
        using var done = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 2).Select(_ => Task.Run(() =>
        {
            using var reader = folder.Open();
            var seen = 0;
            while (!done.IsCancellationRequested)
            {
                // Each change adds a snapshot and makes it current: the newest must always be the current one.
                var tree = reader.LoadTree(Sample.Uuid(1));
                Assert.Equal(tree.All.OrderBy(snapshot => snapshot.CreatedAt).LastOrDefault()?.Uuid, tree.Current?.Uuid);
                Assert.True(tree.Count >= seen);
                seen = tree.Count;
            }
        })).ToArray();

        for (var number = 1; number <= 100; number++)
        {
            writer.AddSnapshot(Sample.Snapshot(number, number == 1 ? null : Sample.Snapshot(number - 1).Uuid));
        }

        await done.CancelAsync();
        await Task.WhenAll(readers).WaitAsync(Limits.Wait);
    }

    [Fact(Timeout = Limits.Test)]
    public async Task Two_writers_wait_for_each_other()
    {
        using (folder.Open())
        {
            // Made beforehand; both writers find it.
        }

        await Task.WhenAll(Enumerable.Range(1, 2).Select(number => Task.Run(() =>
        {
            using var catalogue = folder.Open();
            catalogue.AddDomain(Sample.Domain(number), []);
            for (var at = 1; at <= 50; at++)
            {
                catalogue.AddSnapshot(Sample.Snapshot((number * 1000) + at), number);
            }
        }))).WaitAsync(Limits.Wait);

        using var reader = folder.Open();
        Assert.Equal(50, reader.LoadTree(Sample.Uuid(1)).Count);
        Assert.Equal(50, reader.LoadTree(Sample.Uuid(2)).Count);
    }

    [Fact(Timeout = Limits.Test)]
    public async Task Several_processes_may_make_the_catalogue_at_once()
    {
        await Task.WhenAll(Enumerable.Range(1, 8).Select(number => Task.Run(() =>
        {
            using var catalogue = folder.Open();
            catalogue.AddDomain(Sample.Domain(number), []);
        }))).WaitAsync(Limits.Wait);

        using var reader = folder.Open();
        Assert.Equal(8, reader.ListDomains().Count);
    }

    [Fact]
    public void A_writer_that_waits_too_long_says_that_another_is_busy()
    {
        using (folder.Open())
        {
            // Only made.
        }

        using var other = SqliteDatabase.Open(folder.CataloguePath, SqliteOpenMode.ReadWrite, TimeSpan.Zero);
        using var impatient = CatalogueDatabase.Open(folder.Settings, CatalogueSchema.Steps, TimeSpan.FromMilliseconds(1));
        using var held = other.Transaction();

        var error = Assert.Throws<SnapshotException>(() => impatient.Write(store => DomainTable.Add(store, Sample.Domain())));
        Assert.Equal((ErrorCode.OperationTimeout, "SQLite"), (error.Code, error.Foreign!.Source));
        Assert.IsType<SqliteException>(error.InnerException);
        Assert.Empty(impatient.Read(DomainTable.List));
    }
}
