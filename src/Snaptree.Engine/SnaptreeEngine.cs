using Snaptree.Drivers;

namespace Snaptree.Engine;

/// <summary>
/// The whole product behind one door: open it with a driver, use its services, dispose of it. Any number may be open on one state
/// directory, in any number of processes; the per-domain lock keeps them apart.
/// </summary>
public sealed class SnaptreeEngine : IDisposable
{
    private readonly SqliteCatalogue catalogue;

    private SnaptreeEngine(EngineSettings settings, IHypervisorDriver driver)
    {
        catalogue = SqliteCatalogue.Open(settings);
        var parts = new EngineParts(driver, catalogue, catalogue, new RecordFiles(settings));
        var runner = new OperationRunner(parts, settings.Points, settings.Time);
        var gatherer = new FactGatherer(parts, settings);
        Sessions = new DomainSessions(parts, new DomainLocks(settings), runner);
        Snapshots = new SnapshotService(parts, Sessions, gatherer, runner, new QuiescedRun(parts, settings));
        Domains = new DomainService(parts, Sessions, gatherer, runner, settings.Points);
        VmState = new VmStateService(parts, settings, Sessions, gatherer, runner);
        var snapshotCalls = new SnapshotCalls(parts, Sessions, Snapshots, new SnapshotSchemas());
        Calls = new LibvirtCalls(
            new DomainCalls(parts, Sessions, Domains, snapshotCalls), snapshotCalls, new VmStateCalls(parts, Sessions, VmState));
    }

    public SnapshotService Snapshots { get; }

    public DomainService Domains { get; }

    public VmStateService VmState { get; }

    /// <summary>The same engine in libvirt's words.</summary>
    public LibvirtCalls Calls { get; }

    public DomainSessions Sessions { get; }

    public ICatalogue Catalogue => catalogue;

    public IJournal Journal => catalogue;

    /// <exception cref="Model.SnapshotException">The catalogue cannot be opened; it was not touched.</exception>
    public static SnaptreeEngine Open(EngineSettings settings, IHypervisorDriver driver) => new(settings, driver);

    public void Dispose() => catalogue.Dispose();
}
