using System.Diagnostics;
using Snaptree.Drivers.Test;
using Snaptree.Engine;
using Snaptree.Model;

namespace Snaptree.Bench;

/// <summary>
/// What one more costs in a domain that has very many snapshots, by libvirt's calls on the hypervisor in memory: only our own work is measured.
/// </summary>
internal sealed class ScaleWork(int runs, Results results, CancellationToken cancellationToken)
{
    private const int Forks = 100;

    private readonly Progress<OperationProgress> quiet = new();

    /// <summary>Filled in memory, where a hundred thousand transactions take seconds, then measured on the disk.</summary>
    public async Task RunAsync(int count)
    {
        var folder = Directory.CreateTempSubdirectory("snaptree-scale").FullName;
        var quick = Directory.CreateDirectory($"/dev/shm/snaptree-scale.{Guid.NewGuid():N}").FullName;
        try
        {
            var host = new TestHost(new TestHostSettings(TimeProvider.System));
            using (var filled = Open(quick, folder, host))
            {
                await FillAsync(filled, count);
            }

            Directory.CreateDirectory($"{folder}/state");
            foreach (var file in Directory.EnumerateFiles(quick))
            {
                File.Copy(file, $"{folder}/state/{Path.GetFileName(file)}");
            }

            using var engine = Open($"{folder}/state", folder, host);
            await MeasureAsync(engine, count);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
            Directory.Delete(quick, recursive: true);
        }
    }

    private static SnaptreeEngine Open(string state, string folder, TestHost host) =>
        SnaptreeEngine.Open(new EngineSettings(state, $"{folder}/run", TimeProvider.System), new TestDriver(host));

    private async Task MeasureAsync(SnaptreeEngine engine, int count)
    {
        var calls = engine.Calls;
        var domain = calls.Domains.LookupByName(DefaultDomain.Name);
        for (var run = 0; run < runs; run++)
        {
            Time($"{count} snapshots: look one up by name", () => calls.Snapshots.LookupByName(domain, $"s{count / 2}"));
            Time($"{count} snapshots: list all", () => calls.Snapshots.ListAll(domain, SnapshotListFlags.None));
            Time($"{count} snapshots: list the leaves", () => calls.Snapshots.ListAll(domain, SnapshotListFlags.Leaves));
            Time($"{count} snapshots: document of one", () => calls.Snapshots.GetXml(new(domain, $"s{count / 2}"), SnapshotXmlFlags.None));
            var one = await TimeAsync(
                $"{count} snapshots: create one more",
                () => calls.Snapshots.CreateXmlAsync(domain, $"<domainsnapshot><name>more{run}</name></domainsnapshot>", SnapshotCreateFlags.None, quiet, cancellationToken));
            await TimeAsync($"{count} snapshots: rename one", () => calls.Snapshots.RenameAsync(one, $"named{run}", quiet, cancellationToken));
            await TimeAsync($"{count} snapshots: delete one", async () =>
            {
                await calls.Snapshots.DeleteAsync(one with { Name = $"named{run}" }, SnapshotDeleteFlags.None, quiet, cancellationToken);
                return one;
            });
        }
    }

    /// <summary>A hundred long branches, straight into the catalogue.</summary>
    private async Task FillAsync(SnaptreeEngine engine, int count)
    {
        var handle = await engine.Calls.Domains.DefineXmlAsync(DefaultDomain.Xml, DomainDefineFlags.None, cancellationToken);
        await engine.Calls.Domains.CreateAsync(handle, DomainStartFlags.None, quiet, cancellationToken);
        var domain = engine.Sessions.Find(handle.Name);
        var operation = new OperationRecord(
            OperationId.New(), domain.Uuid, "fill", "{}", OperationState.Open, DateTimeOffset.UnixEpoch, [.. Enumerable.Repeat(StepPhase.None, count)]);
        engine.Journal.Open(operation);
        var tips = new Guid?[Forks];
        for (var at = 0; at < count; at++)
        {
            var snapshot = Numbered(at, tips[at % Forks], domain.ActiveImages[new DiskTarget("vda")]);
            tips[at % Forks] = snapshot.Uuid;
            engine.Journal.Apply(operation.Id, at, domain.Uuid, new CatalogueChange { Add = new SnapshotEntry(snapshot, domain.Xml), Current = new CurrentMove(snapshot.Uuid) });
        }

        engine.Journal.Close(operation.Id, OperationState.Succeeded);
    }

    private static Snapshot Numbered(int number, Guid? parent, ImagePath image) =>
        new()
        {
            Uuid = Guid.NewGuid(),
            Name = SnapshotName.Parse($"s{number}"),
            CreatedAt = DateTimeOffset.UnixEpoch.AddMinutes(number),
            State = SnapshotState.Running,
            Memory = MemoryLocation.Internal,
            Parent = parent,
            Disks = [new(new DiskTarget("vda"), SnapshotLocation.Internal, image, ImageFormat.Raw, null)],
        };

    private void Time(string what, Func<object?> act)
    {
        var start = Stopwatch.GetTimestamp();
        act();
        results.Add(what, Contestant.Ours, Stopwatch.GetElapsedTime(start));
    }

    private async Task<T> TimeAsync<T>(string what, Func<Task<T>> act)
    {
        var start = Stopwatch.GetTimestamp();
        var answer = await act();
        results.Add(what, Contestant.Ours, Stopwatch.GetElapsedTime(start));
        return answer;
    }
}
