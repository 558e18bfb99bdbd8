using System.Collections.Immutable;
using Snaptree.Drivers;
using Snaptree.Model;

namespace Snaptree.DriverContract;

/// <summary>
/// What a driver is tried on: images of <see cref="Cells"/> cells that hold one byte each, and guests that do nothing of their own. A bench ends
/// every process that was started on it.
/// </summary>
public abstract class DriverBench : IAsyncDisposable
{
    public const int Cells = 8;

    protected static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);
    private readonly CancellationTokenSource limit = new(Limit);

    public abstract IHypervisorDriver Driver { get; }

    public CancellationToken Token => limit.Token;

    public IProgress<WorkProgress> Quiet { get; } = new NoProgress();

    /// <summary>A folder for images and memory files.</summary>
    public abstract string Folder { get; }

    /// <summary>Size of every image.</summary>
    public abstract long VirtualBytes { get; }

    public ImagePath Image(string name) => new($"{Folder}/{name}");

    /// <summary>Makes an image whose cells all hold <paramref name="value"/>.</summary>
    public abstract Task<ImagePath> CreateAsync(string name, byte value, ImageFormat format = ImageFormat.Qcow2);

    /// <summary>Writes a cell of an image that no process has open.</summary>
    public abstract Task WriteAsync(ImagePath path, int cell, byte value);

    /// <summary>All cells as they are read through an image.</summary>
    public abstract Task<byte[]> ReadAsync(ImagePath path, ImageFormat format = ImageFormat.Qcow2);

    /// <summary>Writes a cell as the guest would.</summary>
    public abstract Task GuestWriteAsync(DomainSpec domain, DiskTarget disk, int cell, byte value);

    /// <summary>The process dies at once.</summary>
    public abstract Task KillAsync(DomainSpec domain);

    /// <summary>Spoils an image so that its header cannot be read, or cuts off a memory file.</summary>
    public abstract Task DamageAsync(string path);

    /// <summary>Begins a merge in the process and leaves it, as a crash of ours does.</summary>
    public abstract Task LeaveMergeAsync(DomainSpec domain, MergeRequest merge, bool isCommit);

    /// <summary>Begins to take an internal snapshot in the process and leaves it.</summary>
    public abstract Task LeaveSaveAsync(DomainSpec domain, InternalSaveRequest request);

    public DomainSpec Define(params (DiskTarget Target, ImagePath Image, ImageFormat Format)[] disks)
    {
        var definition = new DomainDefinition
        {
            Name = DomainName.Parse("bench"),
            Uuid = Guid.NewGuid(),
            Accelerator = Accelerator.Tcg,
            MemoryBytes = 32 << 20,
            VirtualCpus = 1,
            Machine = "pc",
            Disks = [.. disks.Select(disk => new DomainDisk(disk.Target, DiskDevice.Disk, DiskBus.Virtio, disk.Image, disk.Format))],
        };
        var domain = new DomainSpec(
            definition, disks.ToImmutableDictionary(disk => disk.Target, disk => disk.Image), new InstanceId("first"));
        Defined(domain);
        return domain;
    }

    /// <summary>Starts a domain and lets its guest run.</summary>
    public async Task<DomainSpec> StartAsync(params (DiskTarget Target, ImagePath Image, ImageFormat Format)[] disks)
    {
        var domain = Define(disks);
        await LaunchAsync(domain);
        await Driver.Process.ResumeAsync(domain, Token);
        return domain;
    }

    public Task LaunchAsync(DomainSpec domain, string? memory = null) =>
        Driver.Process.LaunchAsync(domain, new LaunchRequest(domain.Instance!.Value, memory), Token);

    public Task<DomainView> LookAsync(DomainSpec domain, params ImagePath[] images) => Driver.ObserveAsync(domain, images, Token);

    public OverlayRequest Overlay(DiskTarget disk, ImagePath backing, string name, ImageFormat format = ImageFormat.Qcow2) =>
        new(disk, Image(name), backing, format, VirtualBytes);

    /// <summary>Makes an overlay that no process has open.</summary>
    public async Task<ImagePath> CreateOverlayAsync(DiskTarget disk, ImagePath backing, string name, ImageFormat format = ImageFormat.Qcow2)
    {
        var overlay = Overlay(disk, backing, name, format);
        await Driver.Overlays.CreateAsync(overlay, Token);
        return overlay.Path;
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        limit.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Told of every domain, so that its processes can be ended.</summary>
    protected abstract void Defined(DomainSpec domain);

    protected abstract Task EndAsync();

    private sealed class NoProgress : IProgress<WorkProgress>
    {
        public void Report(WorkProgress value)
        {
        }
    }
}
