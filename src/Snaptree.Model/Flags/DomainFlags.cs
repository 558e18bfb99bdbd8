namespace Snaptree.Model;

/// <summary>Which domains a listing has, with libvirt's bits (<c>virConnectListAllDomainsFlags</c>).</summary>
[Flags]
public enum DomainListFlags : uint
{
    None = 0,
    Active = 0x1,
    Inactive = 0x2,
    Persistent = 0x4,
    Transient = 0x8,
    Running = 0x10,
    Paused = 0x20,
    Shutoff = 0x40,
    Other = 0x80,
    ManagedSave = 0x100,
    NoManagedSave = 0x200,
    Autostart = 0x400,
    NoAutostart = 0x800,
    HasSnapshot = 0x1000,
    NoSnapshot = 0x2000,
    HasCheckpoint = 0x4000,
    NoCheckpoint = 0x8000,
}

/// <summary>How a domain is started, with libvirt's bits (<c>virDomainCreateFlags</c>).</summary>
[Flags]
public enum DomainStartFlags : uint
{
    None = 0,
    Paused = 0x1,
    AutoDestroy = 0x2,
    BypassCache = 0x4,

    /// <summary>A managed save image is thrown away instead of being resumed.</summary>
    ForceBoot = 0x8,
    Validate = 0x10,
    ResetNvram = 0x20,
}

/// <summary>What a domain takes along when it is forgotten, with libvirt's bits (<c>virDomainUndefineFlagsValues</c>).</summary>
[Flags]
public enum DomainUndefineFlags : uint
{
    None = 0,

    /// <summary>Its managed save image is removed.</summary>
    ManagedSave = 0x1,

    /// <summary>Its snapshots are forgotten; their data stay.</summary>
    SnapshotsMetadata = 0x2,
    Nvram = 0x4,
    KeepNvram = 0x8,
    CheckpointsMetadata = 0x10,
    Tpm = 0x20,
    KeepTpm = 0x40,

    /// <summary>Its snapshots are deleted, data included. Ours: libvirt has no such bit; it stands where none of its own can come to stand soon.</summary>
    SnapshotsFull = 0x40000000,
}

/// <summary>How a guest's state is saved or brought back, with libvirt's bits (<c>virDomainSaveRestoreFlags</c>).</summary>
[Flags]
public enum SaveRestoreFlags : uint
{
    None = 0,
    BypassCache = 0x1,

    /// <summary>The guest runs after the restore, whatever it did at the save.</summary>
    Running = 0x2,
    Paused = 0x4,
    ResetNvram = 0x8,
}

/// <summary>What a domain's document shows, with libvirt's bits (<c>virDomainXMLFlags</c>).</summary>
[Flags]
public enum DomainXmlFlags : uint
{
    None = 0,
    Secure = 0x1,
    Inactive = 0x2,
    UpdateCpu = 0x4,
    Migratable = 0x8,
}

/// <summary>How a domain is ended, with libvirt's bits (<c>virDomainDestroyFlagsValues</c>).</summary>
[Flags]
public enum DomainDestroyFlags : uint
{
    None = 0,
    Graceful = 0x1,
    RemoveLogs = 0x2,
}

/// <summary>How a domain is defined, with libvirt's bits (<c>virDomainDefineFlags</c>).</summary>
[Flags]
public enum DomainDefineFlags : uint
{
    None = 0,
    Validate = 0x1,
}
