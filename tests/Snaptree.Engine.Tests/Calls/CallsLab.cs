using Snaptree.Drivers.Test;
using Snaptree.Model;

namespace Snaptree.Engine.Tests.Calls;

/// <summary>libvirt's calls on the default domain of the hypervisor in memory; only the catalogue is a real file.</summary>
internal sealed class CallsLab : IAsyncDisposable
{
    private const string MemoryFolder = "/dev/shm";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);
    private readonly CancellationTokenSource limit = new(Limit);
    private readonly string folder;

    private CallsLab()
    {
        var parent = Directory.Exists(MemoryFolder) ? MemoryFolder : Path.GetTempPath();
        folder = Directory.CreateDirectory($"{parent}/calls-lab.{Guid.NewGuid():N}").FullName;
        Engine = SnaptreeEngine.Open(new EngineSettings($"{folder}/state", $"{folder}/run", TimeProvider.System), new TestDriver(Host));
    }

    public TestHost Host { get; } = new(new TestHostSettings(TimeProvider.System));

    public SnaptreeEngine Engine { get; }

    public DomainCalls Domains => Engine.Calls.Domains;

    public SnapshotCalls Snapshots => Engine.Calls.Snapshots;

    public VmStateCalls VmState => Engine.Calls.VmState;

    public DomainHandle Test { get; private set; }

    public CancellationToken Token => limit.Token;

    public IProgress<OperationProgress> Quiet { get; } = new Progress<OperationProgress>();

    /// <summary>As libvirt's driver begins: one domain, running.</summary>
    public static async Task<CallsLab> StartAsync()
    {
        var lab = new CallsLab();
        lab.Test = await lab.Domains.DefineXmlAsync(DefaultDomain.Xml, DomainDefineFlags.None, lab.Token);
        await lab.Domains.CreateAsync(lab.Test, DomainStartFlags.None, lab.Quiet, lab.Token);
        return lab;
    }

    public Task<SnapshotHandle> CreateAsync(string xml, SnapshotCreateFlags flags = SnapshotCreateFlags.None) =>
        Snapshots.CreateXmlAsync(Test, xml, flags, Quiet, Token);

    public Task<SnapshotHandle> CreateNamedAsync(string name) => CreateAsync($"<domainsnapshot><name>{name}</name></domainsnapshot>");

    public Task<DomainInfo> InfoAsync() => Domains.GetInfoAsync(Test, Token);

    public async ValueTask DisposeAsync()
    {
        Engine.Dispose();
        limit.Dispose();
        Directory.Delete(folder, recursive: true);
        await Task.CompletedTask;
    }
}
