using Snaptree.Engine;
using Snaptree.Model;
using Snaptree.TestKit;

namespace Snaptree.Drivers.Test.Tests;

/// <summary>
/// An engine on a host in memory; only the catalogue and the record files are real, and lie in memory too where there is room: here nothing is tried
/// that a power cut could change. <see cref="Reopen"/> gives the engine as another process would have it.
/// </summary>
public sealed class TestLab : IAsyncDisposable
{
    public const string Vm = "vm";

    /// <summary>Enough for an image of ours to be too large to be streamed up for nothing.</summary>
    public const int Blocks = 512;

    private const int FirstBlocks = 8;
    private const string SharedMemory = "/dev/shm";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(20);
    private readonly CancellationTokenSource limit = new(Limit);
    private TestHost? keptHost;

    public TestLab(TestHost? host = null)
    {
        Host = host ?? new TestHost(new TestHostSettings(TimeProvider.System) { IsStrict = true });
        var parent = Directory.Exists(SharedMemory) ? SharedMemory : Path.GetTempPath();
        Folder = Directory.CreateDirectory($"{parent}/test-lab.{Guid.NewGuid():N}").FullName;
        Engine = Open();
    }

    public TestHost Host { get; private set; }

    public string Folder { get; }

    public string State => $"{Folder}/state";

    public SnaptreeEngine Engine { get; private set; }

    public CancellationToken Token => User?.Token ?? limit.Token;

    /// <summary>Somebody who may cancel; null when nobody will.</summary>
    public CancellationTokenSource? User { get; set; }

    public IProgress<OperationProgress> Quiet { get; } = new NoProgress();

    public DomainRecord Domain => Engine.Sessions.Find(Vm);

    /// <summary>The guest in the process that the catalogue names.</summary>
    public TestGuest Guest => Host.Guest(Domain.Uuid, Domain.Instance!.Value);

    private string Kept => $"{Folder}/kept";

    /// <summary>A domain with two disks whose first blocks hold 0xa0 and 0xb0; the last block of both is equal.</summary>
    public async Task DefineAsync(ImageFormat second = ImageFormat.Raw)
    {
        ImagePath[] disks =
        [
            Host.AddImage("/images/a.qcow2", ImageFormat.Qcow2, (long)Blocks * TestHost.BlockBytes),
            Host.AddImage(second == ImageFormat.Raw ? "/images/b.raw" : "/images/b.qcow2", second, (long)Blocks * TestHost.BlockBytes),
        ];
        foreach (var (disk, value) in disks.Zip<ImagePath, byte>([0xa0, 0xb0]))
        {
            for (var block = 0; block < FirstBlocks; block++)
            {
                Host.Write(disk, block, value);
            }

            Host.Write(disk, Blocks - 1, 0xcc);
        }

        await Engine.Domains.DefineAsync(LabDomains.Write(Vm, disks, hasAgent: true), Token);
    }

    public Task StartAsync(bool paused = false) => Engine.Domains.StartAsync(Vm, paused ? DomainStartFlags.Paused : DomainStartFlags.None, Quiet, Token);

    public Task DestroyAsync() => Engine.Domains.DestroyAsync(Vm, Quiet, Token);

    /// <summary>The guest changes memory and both disks so that this moment can be told from every other.</summary>
    public void Mark(int mark, int blocks = 1)
    {
        Guest.Tick();
        for (var block = 0; block < blocks; block++)
        {
            Guest.Write("vda", mark + block, (byte)(0x10 + mark));
            Guest.Write("vdb", mark + block, (byte)(0x80 + mark));
        }

        Guest.Write("vda", Blocks - 1, (byte)Guest.Counter);
        Guest.Write("vdb", Blocks - 1, (byte)Guest.Counter);
    }

    /// <summary>Every process of the domain dies at once.</summary>
    public void KillAll()
    {
        foreach (var instance in Host.Instances(Domain.Uuid))
        {
            Host.Kill(Domain.Uuid, instance);
        }
    }

    public void Reopen(IDurablePoints? points = null)
    {
        Engine.Dispose();
        Engine = Open(points);
    }

    /// <summary>Keeps world and catalogue as they are, to begin from again.</summary>
    public void Keep()
    {
        Engine.Dispose();
        Copy(State, Kept);
        keptHost = Host.Copy();
        Engine = Open();
    }

    /// <summary>Brings back what <see cref="Keep"/> kept, with an engine that is told of durable points.</summary>
    public void BeginAgain(IDurablePoints? points = null)
    {
        Engine.Dispose();
        Directory.Delete(State, recursive: true);
        Copy(Kept, State);
        Host = keptHost!.Copy();
        Engine = Open(points);
    }

    public Task<Snapshot> CreateAsync(string name, Func<CreateRequest, CreateRequest>? change = null, string domain = Vm)
    {
        var request = new CreateRequest(SnapshotName.Parse(name));
        return Engine.Snapshots.CreateAsync(domain, change is null ? request : change(request), Quiet, Token);
    }

    public Task RevertAsync(string name, RevertTarget target = RevertTarget.AsSnapshot, string domain = Vm) =>
        Engine.Snapshots.RevertAsync(domain, name, new RevertWish(target), Quiet, Token);

    public Task DeleteAsync(string name, DeleteScope scope = DeleteScope.Snapshot) =>
        Engine.Snapshots.DeleteAsync(Vm, name, new DeleteRequest(scope), Quiet, Token);

    public Task ManagedSaveAsync() => Engine.VmState.ManagedSaveAsync(Vm, null, Quiet, Token);

    public Task<RecoveredOperation?> RecoverAsync() => Engine.Snapshots.RecoverAsync(Vm, Quiet, Token);

    public ValueTask DisposeAsync()
    {
        Engine.Dispose();
        limit.Dispose();
        Directory.Delete(Folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    private SnaptreeEngine Open(IDurablePoints? points = null) =>
        SnaptreeEngine.Open(
            new EngineSettings(State, $"{Folder}/run", TimeProvider.System)
            {
                Points = points ?? new NoDurablePoints(),
                ThawDeadline = TimeSpan.Zero,
            },
            new TestDriver(Host));

    private static void Copy(string from, string to)
    {
        foreach (var folder in Directory.EnumerateDirectories(from, "*", SearchOption.AllDirectories).Prepend(from))
        {
            Directory.CreateDirectory(to + folder[from.Length..], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            File.Copy(file, to + file[from.Length..]);
        }
    }

    private sealed class NoProgress : IProgress<OperationProgress>
    {
        public void Report(OperationProgress value)
        {
        }
    }
}
