using System.Diagnostics;
using Snaptree.Engine;
using Snaptree.Model;
using Snaptree.TestKit;

namespace Snaptree.Bench;

/// <summary>Big catalogues, and how long the command takes to start: whole commands on both sides, and the library alone.</summary>
internal sealed class CommandWork(int runs, Results results, PrivateLibvirt peer, CancellationToken token)
{
    private static readonly string Command = $"{GuestImage.RepositoryRoot()}/.cache/snaptree/snaptree";

    public async Task RunAsync(int count)
    {
        await using var lab = new EngineLab();
        var domain = await lab.DefineAsync("many", await lab.CreateDiskAsync("a.qcow2", 1));
        Fill(lab.Engine, domain, count);
        var other = peer.WhyNot is null ? await peer.DefineManyAsync(count, token) : null;
        var middle = $"s{count / 2}";
        for (var run = 0; run < runs; run++)
        {
            Time($"{count} snapshots: load the tree", () => lab.Engine.Catalogue.LoadTree(domain.Uuid));
            Time($"{count} snapshots: find one by name", () => lab.Engine.Catalogue.FindSnapshot(domain.Uuid, middle));
            await CommandAsync($"{count} snapshots: the command lists them", lab, ["list", "many"], other, ["snapshot-list", other ?? ""]);
            await CommandAsync($"{count} snapshots: the command shows one", lab, ["show", "many", middle], other, ["snapshot-info", other ?? "", middle]);
            await CommandAsync("the command starts (`--version`)", lab, ["--version"], other, ["--version"]);
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

    private async Task CommandAsync(string what, EngineLab lab, string[] ours, string? other, string[] theirs)
    {
        await TimeAsync(what, Contestant.Ours, () => lab.ToolAsync("env", [$"SNAPTREE_HOME={lab.State}", Command, .. ours]));
        if (other is not null)
        {
            await TimeAsync(what, Contestant.Peer, () => peer.VirshAsync(token, theirs));
        }
    }

    private async Task TimeAsync(string what, Contestant who, Func<Task<string>> act)
    {
        var start = Stopwatch.GetTimestamp();
        try
        {
            await act();
            results.Add(what, who, Stopwatch.GetElapsedTime(start));
        }
        catch (Exception error) when (error is InvalidOperationException or NotMeasuredException)
        {
            results.Miss(what, who, error.Message);
        }
    }
}
