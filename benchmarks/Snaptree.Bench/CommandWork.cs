using System.Diagnostics;
using Snaptree.Engine;
using Snaptree.Model;
using Snaptree.TestKit;

namespace Snaptree.Bench;

/// <summary>Big catalogues, and how long the command takes to start.</summary>
internal sealed class CommandWork(int runs, Results results)
{
    private static readonly string Command = $"{GuestImage.RepositoryRoot()}/src/Snaptree.Cli/bin/Release/net10.0/snaptree.dll";

    public async Task RunAsync(int count)
    {
        await using var lab = new EngineLab();
        var domain = await lab.DefineAsync("many", await lab.CreateDiskAsync("a.qcow2", 1));
        Fill(lab.Engine, domain, count);
        for (var run = 0; run < runs; run++)
        {
            Time($"{count} snapshots: load the tree", () => lab.Engine.Catalogue.LoadTree(domain.Uuid));
            Time($"{count} snapshots: find one by name", () => lab.Engine.Catalogue.FindSnapshot(domain.Uuid, $"s{count / 2}"));
            await CommandAsync($"{count} snapshots: `snaptree list`", lab, "list", "many");
            await CommandAsync("`snaptree --version`", lab, "--version");
            await CommandAsync("`snaptree vm list`", lab, "vm", "list");
        }
    }

    private static void Fill(SnaptreeEngine engine, DomainRecord domain, int count)
    {
        var operation = new OperationRecord(
            OperationId.New(), domain.Uuid, "fill", "{}", OperationState.Open, DateTimeOffset.UnixEpoch, [.. Enumerable.Repeat(StepPhase.None, count)]);
        engine.Journal.Open(operation);
        Guid? parent = null;
        for (var at = 0; at < count; at++)
        {
            var snapshot = new Snapshot
            {
                Uuid = Guid.NewGuid(),
                Name = SnapshotName.Parse($"s{at}"),
                CreatedAt = DateTimeOffset.UnixEpoch.AddMinutes(at),
                State = SnapshotState.Shutoff,
                Parent = parent,
                Disks = [new(new DiskTarget("vda"), SnapshotLocation.Internal, domain.ActiveImages[new DiskTarget("vda")], ImageFormat.Qcow2, null)],
            };
            var change = new CatalogueChange { Add = new(snapshot, domain.Xml), Current = new(snapshot.Uuid) };
            engine.Journal.Apply(operation.Id, at, domain.Uuid, change);
            parent = snapshot.Uuid;
        }

        engine.Journal.Close(operation.Id, OperationState.Succeeded);
    }

    private void Time(string what, Func<object?> act)
    {
        var start = Stopwatch.GetTimestamp();
        act();
        results.Add(what, Contestant.Ours, Stopwatch.GetElapsedTime(start));
    }

    private async Task CommandAsync(string what, EngineLab lab, params string[] arguments)
    {
        var start = Stopwatch.GetTimestamp();
        try
        {
            await lab.ToolAsync("env", [$"SNAPTREE_HOME={lab.State}", "dotnet", Command, .. arguments]);
            results.Add(what, Contestant.Ours, Stopwatch.GetElapsedTime(start));
        }
        catch (InvalidOperationException error)
        {
            results.Miss(what, Contestant.Ours, error.Message);
        }
    }
}
