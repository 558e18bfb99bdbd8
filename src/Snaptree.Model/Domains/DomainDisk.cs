namespace Snaptree.Model;

public enum DiskDevice
{
    Disk,
    Cdrom,
}

public enum DiskBus
{
    Virtio,
    Ide,
    Sata,
}

/// <summary>Where a disk's part of a snapshot is kept (libvirt's <c>disk/@snapshot</c>).</summary>
public enum SnapshotLocation
{
    /// <summary>The disk takes no part.</summary>
    No,

    /// <summary>Inside the qcow2 image.</summary>
    Internal,

    /// <summary>The image is frozen and the guest writes to an overlay.</summary>
    External,

    /// <summary>Somebody else takes care of it.</summary>
    Manual,
}

/// <summary>One disk of a domain definition.</summary>
/// <param name="Source">The image named by the definition; null for an empty drive.</param>
public sealed record DomainDisk(DiskTarget Target, DiskDevice Device, DiskBus Bus, ImagePath? Source, ImageFormat Format)
{
    public bool ReadOnly { get; init; }

    /// <summary>What the definition asks snapshots to do with this disk; null when it says nothing.</summary>
    public SnapshotLocation? SnapshotDefault { get; init; }

    /// <summary>Serial number shown to the guest.</summary>
    public string? Serial { get; init; }

    /// <summary>True for disks whose contents a snapshot must keep: neither empty nor read-only.</summary>
    public bool IsWritable => Source is not null && !ReadOnly && Device == DiskDevice.Disk;
}
