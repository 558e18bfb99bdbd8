using System.Collections.Immutable;
using Snaptree.Model;

namespace Snaptree.Engine;

/// <summary>What a user asks of a disk in a new snapshot.</summary>
/// <param name="Disk">Target name, or the path of the image when it begins with <c>/</c>.</param>
/// <param name="Overlay">Where the overlay shall be; null lets us choose.</param>
public sealed record DiskChoice(string Disk, SnapshotLocation? Location, ImagePath? Overlay);

/// <summary>A snapshot to take.</summary>
public sealed record CreateRequest(SnapshotName Name)
{
    public string? Description { get; init; }

    /// <summary>Leave the memory of a running guest out: what a power cut would have left.</summary>
    public bool DiskOnly { get; init; }

    /// <summary>Where memory and disks go; null chooses external. <see cref="MemoryLocation.No"/> means <see cref="DiskOnly"/>.</summary>
    public MemoryLocation? Memory { get; init; }

    /// <summary>Where the memory image shall be; null lets us choose.</summary>
    public string? MemoryPath { get; init; }

    /// <summary>Disks that shall not follow the default.</summary>
    public ImmutableArray<DiskChoice> Disks { get; init; } = [];
}
