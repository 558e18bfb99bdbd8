using System.Collections.Immutable;
using Snaptree.Model;

namespace Snaptree.Engine;

/// <summary>What a user asks of a disk in a new snapshot.</summary>
/// <param name="Disk">Target name, or the path of the image when it begins with <c>/</c>.</param>
/// <param name="Overlay">Where the overlay shall be; null lets us choose.</param>
public sealed record DiskChoice(string Disk, SnapshotLocation? Location, ImagePath? Overlay)
{
    /// <summary>What a document says of the overlay besides; kept with the snapshot.</summary>
    public SnapshotDiskDetails? Details { get; init; }
}

/// <summary>A snapshot to take.</summary>
public sealed record CreateRequest(SnapshotName Name)
{
    public string? Description { get; init; }

    /// <summary>Leave the memory of a running guest out: what a power cut would have left.</summary>
    public bool DiskOnly { get; init; }

    /// <summary>
    /// Where memory goes; null chooses where the disks go. <see cref="MemoryLocation.No"/> means <see cref="DiskOnly"/>.
    /// </summary>
    public MemoryLocation? Memory { get; init; }

    /// <summary>Where disks go that say nothing themselves; null follows the memory, external when that says nothing either.</summary>
    public SnapshotLocation? Location { get; init; }

    /// <summary>Where the memory image shall be; null lets us choose.</summary>
    public string? MemoryPath { get; init; }

    /// <summary>Disks that shall not follow the default.</summary>
    public ImmutableArray<DiskChoice> Disks { get; init; } = [];

    /// <summary>The guest ends with the snapshot, so that nothing happens after it.</summary>
    public bool Halt { get; init; }

    /// <summary>Data only: no snapshot is remembered, and the frozen images are left to whoever asked.</summary>
    public bool NoMetadata { get; init; }

    /// <summary>
    /// Freeze the running guest's file systems through its agent for the moment in which its disks are switched. Needs <see cref="DiskOnly"/>.
    /// </summary>
    public bool Quiesce { get; init; }

    /// <summary>Overlays that are named exist already, empty, on the image that they continue.</summary>
    public bool ReuseExternal { get; init; }

    internal SnapshotLocation DefaultLocation =>
        Location ?? (Memory == MemoryLocation.Internal ? SnapshotLocation.Internal : SnapshotLocation.External);
}
