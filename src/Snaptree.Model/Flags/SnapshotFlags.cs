using System.Diagnostics.CodeAnalysis;

namespace Snaptree.Model;

/// <summary>How a snapshot is taken, with libvirt's bits (<c>virDomainSnapshotCreateFlags</c>).</summary>
[Flags]
public enum SnapshotCreateFlags : uint
{
    None = 0,

    /// <summary>Only the metadata are written, from a whole document; no data are touched.</summary>
    Redefine = 0x1,

    /// <summary>With <see cref="Redefine"/>: the snapshot becomes the current one.</summary>
    Current = 0x2,

    /// <summary>The data are made and nothing is remembered of them.</summary>
    NoMetadata = 0x4,

    /// <summary>The domain is shut off when the snapshot has been taken.</summary>
    Halt = 0x8,

    /// <summary>Memory is left out.</summary>
    DiskOnly = 0x10,

    /// <summary>The overlays that the document names exist already and are used as they are.</summary>
    ReuseExternal = 0x20,

    /// <summary>The guest's file systems are frozen by its agent around the cut.</summary>
    Quiesce = 0x40,

    /// <summary>All disks or none; here always so.</summary>
    Atomic = 0x80,

    /// <summary>The guest goes on while its memory is written.</summary>
    Live = 0x100,

    /// <summary>The document must fit the schema.</summary>
    Validate = 0x200,
}

/// <summary>Whether secrets are shown in a snapshot's document (<c>virDomainSnapshotXMLFlags</c>).</summary>
[Flags]
public enum SnapshotXmlFlags : uint
{
    None = 0,
    Secure = 0x1,
}

/// <summary>
/// Which snapshots a listing has, with libvirt's bits (<c>virDomainSnapshotListFlags</c>). Within a group (leaves, metadata, state, place)
/// bits add up, groups narrow each other, and a group with none or all of its bits does not filter.
/// </summary>
[Flags]
[SuppressMessage("Design", "CA1069:Enums should not have duplicate values", Justification = "libvirt gives one bit two names, by the call it is used in")]
public enum SnapshotListFlags : uint
{
    None = 0,

    /// <summary>In a domain's listing: only those without parent.</summary>
    Roots = 0x1,

    /// <summary>In a snapshot's listing: the whole subtree and not only the children.</summary>
    Descendants = 0x1,
    Metadata = 0x2,
    Leaves = 0x4,
    NoLeaves = 0x8,
    NoMetadata = 0x10,

    /// <summary>Of a domain that was shut off.</summary>
    Inactive = 0x20,

    /// <summary>Of a domain that was active, memory included.</summary>
    Active = 0x40,

    /// <summary>Of a domain that was active, memory left out.</summary>
    DiskOnly = 0x80,
    Internal = 0x100,
    External = 0x200,

    /// <summary>Parents come before their children.</summary>
    Topological = 0x400,
}

/// <summary>What the domain does after a revert, with libvirt's bits (<c>virDomainSnapshotRevertFlags</c>).</summary>
[Flags]
public enum SnapshotRevertFlags : uint
{
    None = 0,
    Running = 0x1,
    Paused = 0x2,

    /// <summary>Go back even where something would be lost or contradicted by it (error 77 without).</summary>
    Force = 0x4,
    ResetNvram = 0x8,
}

/// <summary>What a deletion takes along, with libvirt's bits (<c>virDomainSnapshotDeleteFlags</c>).</summary>
[Flags]
public enum SnapshotDeleteFlags : uint
{
    None = 0,

    /// <summary>The whole subtree goes.</summary>
    Children = 0x1,

    /// <summary>Images stay as they are; only what is remembered goes.</summary>
    MetadataOnly = 0x2,

    /// <summary>The subtree goes, the snapshot itself stays.</summary>
    ChildrenOnly = 0x4,
}
