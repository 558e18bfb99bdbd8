using Snaptree.Model;

namespace Snaptree.Drivers.Test;

/// <summary>
/// The hypervisor in memory: what libvirt calls the test driver, with disks and memory that hold data. Many drivers may work on one host.
/// </summary>
public sealed class TestDriver : IHypervisorDriver
{
    /// <summary>libvirt's test driver calls itself so.</summary>
    internal const string Version = "0.0.2";
    private const string Product = "Test";

    private readonly TestHost host;

    public TestDriver(TestHost host)
    {
        this.host = host;
        Capabilities = new DriverCapabilities("test", LiveMemory: false, host.Settings.InternalFormats)
        {
            FunctionPrefix = "test",
            CreateFlags = SnapshotCreateFlags.Redefine | SnapshotCreateFlags.Current | SnapshotCreateFlags.Halt | SnapshotCreateFlags.Quiesce
                | SnapshotCreateFlags.Atomic | SnapshotCreateFlags.Live | SnapshotCreateFlags.Validate,
            RevertFlags = SnapshotRevertFlags.Running | SnapshotRevertFlags.Paused | SnapshotRevertFlags.Force,
            DeleteFlags = SnapshotDeleteFlags.Children | SnapshotDeleteFlags.ChildrenOnly,
        };
        Process = new TestDomainProcess(host);
        Overlays = new TestOverlays(host);
        Memory = new TestMemoryImages(host);
        Internals = new TestInternalSnapshots(host);
        Merges = new TestImageMerges(host);
        Store = new TestImageStore(host);
        Agent = new TestGuestAgent(host);
    }

    public DriverCapabilities Capabilities { get; }

    public IDomainProcess Process { get; }

    public IOverlays Overlays { get; }

    public IMemoryImages Memory { get; }

    public IInternalSnapshots Internals { get; }

    public IImageMerges Merges { get; }

    public IImageStore Store { get; }

    public IGuestAgent Agent { get; }

    public async Task<DomainView> ObserveAsync(DomainSpec domain, IEnumerable<ImagePath> images, CancellationToken cancellationToken)
    {
        var run = await host.BeginAsync(DriverCall.Observe, cancellationToken);
        host.Change(now => host.Look(now, domain));
        var view = Observe(host.World, domain, images);
        run.Meet(FaultMoment.After);
        return view;
    }

    private static DomainView Observe(World now, DomainSpec domain, IEnumerable<ImagePath> images)
    {
        var wanted = domain.Definition.Disks.Select(domain.ActiveImage).OfType<ImagePath>().Concat(images);
        if (now.Find(domain) is not { } process)
        {
            return new DomainView
            {
                State = DomainState.Shutoff,
                ShutoffReason = World.KeyOf(domain) is { } key ? now.Ended.GetValueOrDefault(key, ShutoffReason.Unknown) : ShutoffReason.Unknown,
                Images = Read(now, domain, wanted),
            };
        }

        return new DomainView
        {
            State = process.IsRunning ? DomainState.Running : DomainState.Paused,
            Disks = [.. domain.Definition.Disks.Select(disk => new DiskView(disk.Target, process.Disk(disk.Target)?.Chain ?? []))],
            Jobs = [.. process.Jobs.Values.Select(job => new JobView(job.Id, job.Kind, job.Status))],
            Images = Read(now, domain, wanted.Concat(process.Disks.SelectMany(disk => disk.Chain))),
            Hypervisor = new HypervisorFacts(Product, Version, process.Id),
        };
    }

    private static ImageTree Read(World now, DomainSpec domain, IEnumerable<ImagePath> wanted)
    {
        var (found, missing) = (new Dictionary<ImagePath, ImageInfo>(), new HashSet<ImagePath>());
        foreach (var top in wanted)
        {
            for (ImagePath? next = top; next is { } path && !found.ContainsKey(path) && !missing.Contains(path);)
            {
                if (now.Find(path) is null)
                {
                    missing.Add(path);
                    break;
                }

                found.Add(path, ReadOne(now, domain, path));
                next = found[path].Backing?.Path;
            }
        }

        return new ImageTree(found.Values, missing);
    }

    /// <summary>A format is believed from the definition; an image that has another is not what it should be.</summary>
    private static ImageInfo ReadOne(World now, DomainSpec domain, ImagePath path)
    {
        var image = now.Get(path);
        return domain.Definition.Disks.Any(disk => disk.Source == path && disk.Format != image.Format) ? throw TestErrors.Damaged(path) : image.Info;
    }
}
