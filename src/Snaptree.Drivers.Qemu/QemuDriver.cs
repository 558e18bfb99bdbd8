using Snaptree.Model;
using Snaptree.Platform;

namespace Snaptree.Drivers.Qemu;

/// <summary>QEMU, embedded: no daemon of its own is needed. Everything it knows it reads anew each time.</summary>
public sealed class QemuDriver : IHypervisorDriver
{
    private readonly QemuObserver observer;

    public QemuDriver(QemuSettings settings, IProcessRunner processes, IDetachedProcessLauncher launcher)
    {
        var connections = new QemuConnections(settings);
        var tool = new QemuImg(settings, processes);
        var jobs = new QemuJobs(settings);
        observer = new QemuObserver(connections);
        Process = new QemuProcess(settings, connections, launcher);
        Overlays = new QemuOverlays(connections, tool);
        Memory = new QemuMemoryImages(settings, connections);
        Internals = new QemuInternals(connections, observer, jobs, tool);
        Store = new QemuImageStore(settings);
        Merges = new QemuMerges(connections, observer, jobs, new OfflineMerges(tool));
        Agent = new QemuGuestAgent(settings, connections, new ThawGuardLauncher(settings, launcher));
    }

    public DriverCapabilities Capabilities { get; } = new("qemu", LiveMemory: false, [ImageFormat.Qcow2])
    {
        FunctionPrefix = "qemu",
        CreateFlags = SnapshotCreateFlags.Redefine | SnapshotCreateFlags.Current | SnapshotCreateFlags.NoMetadata | SnapshotCreateFlags.Halt
            | SnapshotCreateFlags.DiskOnly | SnapshotCreateFlags.ReuseExternal | SnapshotCreateFlags.Quiesce | SnapshotCreateFlags.Atomic
            | SnapshotCreateFlags.Live | SnapshotCreateFlags.Validate,
        RevertFlags = SnapshotRevertFlags.Running | SnapshotRevertFlags.Paused | SnapshotRevertFlags.Force | SnapshotRevertFlags.ResetNvram,
        DeleteFlags = SnapshotDeleteFlags.Children | SnapshotDeleteFlags.MetadataOnly | SnapshotDeleteFlags.ChildrenOnly,
    };

    public IDomainProcess Process { get; }

    public IOverlays Overlays { get; }

    public IMemoryImages Memory { get; }

    public IInternalSnapshots Internals { get; }

    public IImageMerges Merges { get; }

    public IImageStore Store { get; }

    public IGuestAgent Agent { get; }

    public Task<DomainView> ObserveAsync(DomainSpec domain, IEnumerable<ImagePath> images, CancellationToken cancellationToken) =>
        observer.ObserveAsync(domain, images, cancellationToken);
}
