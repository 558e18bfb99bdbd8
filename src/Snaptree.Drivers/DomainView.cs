using System.Collections.Immutable;
using Snaptree.Model;

namespace Snaptree.Drivers;

/// <summary>A disk as the running hypervisor has it open.</summary>
/// <param name="OpenChain">The images, top first; empty while the domain is shut off or the drive is empty.</param>
public sealed record DiskView(DiskTarget Target, ImmutableArray<ImagePath> OpenChain);

/// <summary>A background job of the hypervisor.</summary>
/// <param name="Id">The name that whoever started it gave it.</param>
public sealed record JobView(string Id, string Kind, string Status)
{
    /// <summary>The status of a job that keeps two images in step and waits to be told what next.</summary>
    public const string Ready = "ready";

    /// <summary>The status of a job that is over and only waits to be asked how it went.</summary>
    public const string Concluded = "concluded";

    /// <summary>The kind of a job that copies a disk elsewhere and keeps the copy in step.</summary>
    public const string Mirror = "mirror";

    /// <summary>True while the job may still read or write an image.</summary>
    public bool IsAtWork => Status is not (Concluded or "null");
}

/// <summary>
/// Everything observed about a domain at one moment. Immutable; read from the hypervisor and from image headers, never remembered.
/// </summary>
public sealed record DomainView
{
    public required DomainState State { get; init; }

    /// <summary>Meaningful while <see cref="State"/> is <see cref="DomainState.Shutoff"/>.</summary>
    public ShutoffReason ShutoffReason { get; init; }

    public ImmutableArray<DiskView> Disks { get; init; } = [];

    /// <summary>All images asked for and everything below them.</summary>
    public required ImageTree Images { get; init; }

    public ImmutableArray<JobView> Jobs { get; init; } = [];

    public HypervisorFacts? Hypervisor { get; init; }

    public bool IsActive => State.IsActive();

    /// <summary>True when the running hypervisor has <paramref name="path"/> open in any disk.</summary>
    public bool IsOpen(ImagePath path) => Disks.Any(disk => disk.OpenChain.Contains(path));

    /// <summary>The image the guest writes to, as the running hypervisor says; null when it is shut off.</summary>
    public ImagePath? OpenTop(DiskTarget target) =>
        Disks.FirstOrDefault(disk => disk.Target == target) is { OpenChain: [var top, ..] } ? top : null;
}

/// <summary>Facts about the running hypervisor that plans and memory images depend on.</summary>
public sealed record HypervisorFacts(string Product, string Version, int ProcessId)
{
    /// <summary>Processor time that the process has used.</summary>
    public TimeSpan CpuTime { get; init; }
}
