using System.Collections.Immutable;
using Snaptree.Model;

namespace Snaptree.Engine.Tests.Catalogue;

public sealed class SchemaTests : IDisposable
{
    private readonly StateFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void An_old_catalogue_is_upgraded_step_by_step_and_keeps_what_it_holds()
    {
        using (var old = folder.Open())
        {
            old.AddDomain(Sample.Domain(), []);
        }

        var steps = CatalogueSchema.Steps
            .Add(new SchemaStep("CREATE TABLE extras (a text)", ["extras"]))
            .Add(new SchemaStep("INSERT INTO extras VALUES ('from step three')", []));
        using var upgraded = Open(steps);

        Assert.Equal(CatalogueSchema.Steps.Length + 2, upgraded.Read(CatalogueSchema.VersionOf));
        Assert.Equal(["from step three"], upgraded.Read(store => store.All("SELECT a FROM extras", row => row.Text(0))));
        Assert.Single(upgraded.Read(DomainTable.List));
        Assert.Contains($"schema version {CatalogueSchema.Steps.Length + 2}", Assert.Throws<SnapshotException>(() => folder.Open()).Message);
    }

    [Theory]
    [InlineData("CREATE TABLE other (a text)", "the table extras is missing")]
    [InlineData("CREATE TABLE extras (a text REFERENCES domains (uuid)); INSERT INTO extras VALUES ('nobody')", "a row names another")]
    [InlineData("CREATE TABLE extras (a text); UPDATE catalogue_version SET version = 0; DELETE FROM absent", "no such table")]
    public void A_step_that_cannot_prove_itself_changes_nothing(string sql, string finding)
    {
        using (var old = folder.Open())
        {
            old.AddDomain(Sample.Domain(), []);
        }

        var error = Assert.Throws<SnapshotException>(() => Open(CatalogueSchema.Steps.Add(new SchemaStep(sql, ["extras"]))));

        Assert.True(error.Message.Contains(finding, StringComparison.Ordinal), error.Message);
        using var catalogue = folder.Open();
        Assert.Single(catalogue.ListDomains());
    }

    [Theory]
    [InlineData(DomainTable.SelectByName)]
    [InlineData(DomainTable.SelectByUuid)]
    [InlineData(DomainTable.SelectTops)]
    [InlineData(ImageTable.SelectOfDomain)]
    [InlineData(SnapshotTable.SelectByName)]
    [InlineData(SnapshotTable.SelectByUuid)]
    [InlineData(SnapshotTable.SelectOfDomain)]
    [InlineData(SnapshotTable.SelectDisks)]
    [InlineData(SnapshotTable.SelectChildren)]
    [InlineData(SnapshotTable.AdoptChildren)]
    [InlineData(ImageTable.SelectOriginals)]
    [InlineData(SnapshotTable.Delete)]
    [InlineData(SnapshotTable.MoveImage)]
    [InlineData(SnapshotTable.MoveOverlay)]
    [InlineData(SnapshotTable.ForgetOverlay)]
    [InlineData(JournalTable.SelectOpenOfDomain)]
    [InlineData(JournalTable.Prune)]
    public void Every_frequent_question_is_an_index_lookup(string sql)
    {
        using var catalogue = Open(CatalogueSchema.Steps);

        var plan = catalogue.Read(store => store.All($"EXPLAIN QUERY PLAN {sql}", row => row.Text(3)));

        Assert.NotEmpty(plan);
        Assert.DoesNotContain(plan, line => line.StartsWith("SCAN", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(SnapshotTable.MoveImage, "snapshot_disks_by_image")]
    [InlineData(SnapshotTable.MoveOverlay, "snapshot_disks_by_overlay")]
    [InlineData(SnapshotTable.AdoptChildren, "snapshots_by_parent")]
    [InlineData(JournalTable.SelectOpenOfDomain, "operations_open")]
    public void The_narrow_condition_chooses_the_index_also_with_ten_thousand_snapshots(string sql, string index)
    {
        using var catalogue = Open(CatalogueSchema.Steps);
        catalogue.Write(store =>
        {
            DomainTable.Add(store, Sample.Domain());
            for (var number = 1; number <= 10_000; number++)
            {
                SnapshotTable.Add(store, Sample.Uuid(1), Sample.Entry(Sample.Snapshot(number, number == 1 ? null : Sample.Snapshot(number - 1).Uuid)));
            }
        });

        var plan = catalogue.Read(store => store.All($"EXPLAIN QUERY PLAN {sql}", row => row.Text(3)));

        Assert.Contains(index, plan[0]);
        Same.Snapshot(Sample.Snapshot(7777, Sample.Snapshot(7776).Uuid), catalogue.Read(store => SnapshotTable.Find(store, Sample.Uuid(1), "snapshot 7777")));
        Assert.Equal(10_000, catalogue.Read(store => SnapshotTable.List(store, Sample.Uuid(1))).Count);
    }

    private CatalogueDatabase Open(ImmutableArray<SchemaStep> steps) => CatalogueDatabase.Open(folder.Settings, steps, TimeSpan.FromSeconds(10));
}
