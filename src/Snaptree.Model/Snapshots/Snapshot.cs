using System.Collections.Immutable;

namespace Snaptree.Model;

/// <summary>State of the domain that a snapshot keeps: libvirt's domain states plus <c>disk-snapshot</c>. Stored: append only.</summary>
public enum SnapshotState
{
    NoState = 0,
    Running = 1,
    Blocked = 2,
    Paused = 3,
    Shutdown = 4,
    Shutoff = 5,
    Crashed = 6,
    PmSuspended = 7,

    /// <summary>Disks of a domain that was running, memory not kept: what a power cut would have left.</summary>
    DiskSnapshot = 8,
}

/// <summary>The three kinds of snapshot, as the libvirt documents name them.</summary>
public enum SnapshotKind
{
    /// <summary>Disks only.</summary>
    DiskSnapshot,

    /// <summary>Memory only.</summary>
    VmState,

    /// <summary>Disks and memory, one instant.</summary>
    SystemCheckpoint,
}

/// <summary>Where the memory of a snapshot is kept. Stored: append only.</summary>
public enum MemoryLocation
{
    No = 0,
    Internal = 1,
    External = 2,
}

/// <summary>One disk's part in a snapshot.</summary>
/// <param name="Image">
/// The image that holds the disk's contents at the snapshot: frozen when <paramref name="Location"/> is external, the one with
/// the internal snapshot when it is internal. Coalescing may move it to another image with the same bytes.
/// </param>
/// <param name="Overlay">The image made on top when the snapshot was taken; null for internal snapshots and where it has since gone.</param>
public sealed record SnapshotDisk(
    DiskTarget Target, SnapshotLocation Location, ImagePath? Image, ImageFormat? Format, ImagePath? Overlay)
{
    /// <summary>How a document describes <see cref="Overlay"/> when it is no plain qcow2 file of ours; null otherwise.</summary>
    public SnapshotDiskDetails? Details { get; init; }
}

/// <summary>A named restore point in a domain's tree.</summary>
public sealed record Snapshot
{
    public required Guid Uuid { get; init; }

    public required SnapshotName Name { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required SnapshotState State { get; init; }

    public string? Description { get; init; }

    /// <summary>UUID of the parent; null for a root.</summary>
    public Guid? Parent { get; init; }

    public MemoryLocation Memory { get; init; }

    /// <summary>The memory image; set exactly when <see cref="Memory"/> is external.</summary>
    public string? MemoryPath { get; init; }

    public ImmutableArray<SnapshotDisk> Disks { get; init; } = [];

    public SnapshotKind Kind =>
        Memory == MemoryLocation.No ? SnapshotKind.DiskSnapshot
        : Disks.Any(disk => disk.Location is SnapshotLocation.Internal or SnapshotLocation.External) ? SnapshotKind.SystemCheckpoint
        : SnapshotKind.VmState;

    /// <summary>True when memory or a disk is kept outside (libvirt's rule for the EXTERNAL filter).</summary>
    public bool IsExternal => Memory == MemoryLocation.External || Disks.Any(disk => disk.Location == SnapshotLocation.External);

    /// <summary>True when memory or a disk is kept inside an image.</summary>
    public bool IsInternal => Memory == MemoryLocation.Internal || Disks.Any(disk => disk.Location == SnapshotLocation.Internal);

    /// <summary>What the snapshot is called inside the images, where that is not its name: it was renamed, or its name was not to be had there.</summary>
    public string? Tag { get; init; }

    /// <summary>The name that an internal snapshot has inside the images.</summary>
    public string InternalTag => Tag ?? Name.Value;

    /// <summary>Images whose present bytes this snapshot needs.</summary>
    public IEnumerable<ImagePath> ClaimedImages =>
        Disks.Where(disk => disk.Location is SnapshotLocation.External or SnapshotLocation.Internal && disk.Image is not null)
            .Select(disk => disk.Image!.Value);
}
