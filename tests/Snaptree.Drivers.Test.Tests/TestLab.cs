using Snaptree.Engine;
using Snaptree.Model;

namespace Snaptree.Drivers.Test.Tests;

/// <summary>
/// An engine on a host in memory; only the catalogue and the record files are real. <see cref="Reopen"/> gives the engine as another process
/// would have it.
/// </summary>
public sealed class TestLab : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);
    private readonly CancellationTokenSource limit = new(Limit);

    public TestLab(TestHost host)
    {
        Host = host;
        Folder = Directory.CreateTempSubdirectory("test-lab").FullName;
        Engine = Open();
    }

    public TestHost Host { get; private set; }

    public string Folder { get; }

    public SnaptreeEngine Engine { get; private set; }

    public CancellationToken Token => limit.Token;

    public IProgress<OperationProgress> Quiet { get; } = new NoProgress();

    public string Domain { get; set; } = DefaultDomain.Name;

    public void Reopen(IDurablePoints? points = null)
    {
        Engine.Dispose();
        Engine = Open(points);
    }

    public Task<Snapshot> CreateAsync(string name, Func<CreateRequest, CreateRequest>? change = null)
    {
        var request = new CreateRequest(SnapshotName.Parse(name));
        return Engine.Snapshots.CreateAsync(Domain, change is null ? request : change(request), Quiet, Token);
    }

    public Task RevertAsync(string name, RevertTarget target = RevertTarget.AsSnapshot) =>
        Engine.Snapshots.RevertAsync(Domain, name, target, Quiet, Token);

    public Task DeleteAsync(string name) => Engine.Snapshots.DeleteAsync(Domain, name, Quiet, Token);

    public Task<RecoveredOperation?> RecoverAsync() => Engine.Snapshots.RecoverAsync(Domain, Quiet, Token);

    public ValueTask DisposeAsync()
    {
        Engine.Dispose();
        limit.Dispose();
        Directory.Delete(Folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    private SnaptreeEngine Open(IDurablePoints? points = null) =>
        SnaptreeEngine.Open(
            new EngineSettings($"{Folder}/state", $"{Folder}/run", TimeProvider.System) { Points = points ?? new NoDurablePoints() },
            new TestDriver(Host));

    private sealed class NoProgress : IProgress<OperationProgress>
    {
        public void Report(OperationProgress value)
        {
        }
    }
}
