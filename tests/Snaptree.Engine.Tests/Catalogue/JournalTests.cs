using Snaptree.Model;

namespace Snaptree.Engine.Tests.Catalogue;

public sealed class JournalTests : IDisposable
{
    private readonly StateFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void An_open_operation_is_found_by_another_connection_as_it_stands()
    {
        using var catalogue = Defined();
        var operation = Sample.Operation("one");
        catalogue.Open(operation);
        catalogue.Mark(operation.Id, 0, StepPhase.Intent);
        catalogue.Mark(operation.Id, 0, StepPhase.Done);
        catalogue.Mark(operation.Id, 1, StepPhase.Undone);

        using var reader = folder.Open();
        var expected = operation with { Phases = [StepPhase.Done, StepPhase.Undone, StepPhase.None] };
        Same.Operation(expected, reader.FindOpen(operation.Domain));
        Same.Operation(expected, Assert.Single(reader.ListOpen()));
        Assert.Null(reader.FindOpen(Sample.Uuid(2)));

        catalogue.Close(operation.Id, OperationState.Undone);

        Assert.Null(reader.FindOpen(operation.Domain));
        Assert.Empty(reader.ListOpen());
        Same.Operation(expected with { State = OperationState.Undone }, Assert.Single(reader.ListHistory(operation.Domain)));
    }

    [Fact]
    public void A_second_operation_on_the_same_domain_is_refused_and_on_another_is_not()
    {
        using var catalogue = Defined();
        catalogue.Open(Sample.Operation("one"));
        catalogue.Open(Sample.Operation("two", domain: 2));

        var error = Assert.Throws<SnapshotException>(() => catalogue.Open(Sample.Operation("three")));

        Assert.Equal(ErrorCode.OperationInvalid, error.Code);
        Assert.Contains("operation one", error.Message);
        Assert.Equal(["one", "two"], catalogue.ListOpen().Select(open => open.Id.Value));
    }

    [Fact]
    public void A_change_and_the_mark_of_its_step_are_one()
    {
        using var catalogue = Defined();
        var operation = Sample.Operation("one");
        catalogue.Open(operation);
        var good = new CatalogueChange { Add = Sample.Entry(Sample.Snapshot(1)), Current = new CurrentMove(Sample.Snapshot(1).Uuid) };
        var bad = good with { Current = new CurrentMove(Sample.Uuid(5)) };

        Refused(() => catalogue.Apply(operation.Id, 1, operation.Domain, bad), ErrorCode.Internal);
        Assert.Equal(StepPhase.None, catalogue.FindOpen(operation.Domain)!.Phases[1]);
        Assert.Equal(0, catalogue.LoadTree(operation.Domain).Count);

        catalogue.Apply(operation.Id, 1, operation.Domain, good);
        Assert.Equal(StepPhase.Done, catalogue.FindOpen(operation.Domain)!.Phases[1]);
        Assert.Equal(1, catalogue.LoadTree(operation.Domain).Count);

        Refused(() => catalogue.Apply(operation.Id, 1, operation.Domain, new CatalogueChange()), ErrorCode.Internal);
        Refused(() => catalogue.Apply(operation.Id, 2, Sample.Uuid(2), new CatalogueChange()), ErrorCode.Internal);
    }

    [Fact]
    public void What_is_not_open_or_not_there_cannot_be_marked_or_closed()
    {
        using var catalogue = Defined();
        var operation = Sample.Operation("one", steps: 1);
        Refused(() => catalogue.Mark(operation.Id, 0, StepPhase.Intent), ErrorCode.Internal);
        catalogue.Open(operation);
        Refused(() => catalogue.Mark(operation.Id, 1, StepPhase.Intent), ErrorCode.Internal);
        catalogue.Close(operation.Id, OperationState.Succeeded);
        Refused(() => catalogue.Mark(operation.Id, 0, StepPhase.Intent), ErrorCode.Internal);
        Refused(() => catalogue.Close(operation.Id, OperationState.Succeeded), ErrorCode.Internal);
        Refused(() => catalogue.Open(Sample.Operation("nowhere", domain: 9)), ErrorCode.Internal);
    }

    [Fact]
    public void The_history_keeps_the_last_hundred_of_each_domain()
    {
        using var catalogue = Defined();
        catalogue.Open(Sample.Operation("other", domain: 2));
        catalogue.Close(new OperationId("other"), OperationState.Succeeded);
        for (var at = 0; at < 120; at++)
        {
            var operation = Sample.Operation($"op{at:d3}", steps: 1, startedSecond: at);
            catalogue.Open(operation);
            catalogue.Close(operation.Id, OperationState.Succeeded);
        }

        var kept = catalogue.ListHistory(Sample.Uuid(1));
        Assert.Equal(Enumerable.Range(20, 100).Reverse().Select(at => $"op{at:d3}"), kept.Select(operation => operation.Id.Value));
        Assert.Single(catalogue.ListHistory(Sample.Uuid(2)));
    }

    private static void Refused(Action act, ErrorCode code) => Assert.Equal(code, Assert.Throws<SnapshotException>(act).Code);

    private SqliteCatalogue Defined()
    {
        var catalogue = folder.Open();
        catalogue.AddDomain(Sample.Domain(1), []);
        catalogue.AddDomain(Sample.Domain(2), []);
        return catalogue;
    }
}
