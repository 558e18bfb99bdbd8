using System.Collections.Immutable;
using Snaptree.Model;

namespace Snaptree.Formats;

/// <summary>A domainsnapshot document as it was read; null where it leaves the choice to the reader.</summary>
public sealed record SnapshotDocument
{
    /// <summary>Null only when a document for create has none and no time was given to make one from.</summary>
    public string? Name { get; init; }

    public string? Description { get; init; }

    /// <summary>Null for create, where the driver sets it; never null for redefine.</summary>
    public SnapshotState? State { get; init; }

    /// <summary>Name of the parent; null for create, where the current snapshot is it, and for a root.</summary>
    public string? Parent { get; init; }

    /// <summary>For create, the time given to the reader; for redefine, what the document says. Whole seconds since 1970, UTC.</summary>
    public long? CreatedAtSeconds { get; init; }

    /// <summary>Null leaves the choice to the driver; never null for redefine.</summary>
    public MemoryLocation? Memory { get; init; }

    /// <summary>Absolute; set exactly when <see cref="Memory"/> is external.</summary>
    public string? MemoryPath { get; init; }

    public ImmutableArray<DocumentDisk> Disks { get; init; } = [];

    public SnapshotTexts Texts { get; init; } = new(Domain: null);

    /// <summary>
    /// UUID in <c>domain</c>, also in the form of libvirt before 0.9.5 that has nothing else; null when it is missing or no UUID.
    /// </summary>
    public Guid? DomainUuid { get; init; }

    /// <summary>The mark of the current snapshot; only libvirt's own store and record files have it.</summary>
    public bool? Active { get; init; }

    /// <summary>True when memory or a disk is said to be outside (the rule of libvirt's redefine).</summary>
    public bool IsExternal => Memory == MemoryLocation.External || Disks.Any(disk => disk.Location == SnapshotLocation.External);
}

/// <summary>What a document says about one disk.</summary>
/// <param name="Name">Target name, or the path of the image when it begins with <c>/</c>.</param>
/// <param name="Location">Null when undecided. A path or a format alone means external.</param>
public sealed record DocumentDisk(string Name, SnapshotLocation? Location)
{
    /// <summary>Storage of the image to make.</summary>
    public StorageType Type { get; init; }

    /// <summary>Format of the image to make, as libvirt names it: <c>qcow2</c>, <c>qed</c>, <c>raw</c>, …</summary>
    public string? Format { get; init; }

    /// <inheritdoc cref="SnapshotDiskDetails.MetadataCacheBytes"/>
    public long? MetadataCacheBytes { get; init; }

    /// <summary>Where the image to make shall be: a path for files and devices (absolute), a name for network images.</summary>
    public string? Path { get; init; }

    /// <inheritdoc cref="SnapshotDiskDetails.Source"/>
    public string? Source { get; init; }

    /// <inheritdoc cref="SnapshotDiskDetails.DeleteInProgress"/>
    public bool DeleteInProgress { get; init; }

    /// <summary>The image to make, when it is a file or a device.</summary>
    public ImagePath? Image => Type is StorageType.File or StorageType.Block && Path is { } path ? new ImagePath(path) : null;

    /// <summary>Whether anything is known about the image to make; as in libvirt, the rest means nothing without.</summary>
    private bool HasImage => Path is not null || Format is not null || (Type is not (StorageType.File or StorageType.Block) && Source is not null);

    /// <summary>What a snapshot remembers of this besides path and location; null when that is a plain qcow2 file, or nothing.</summary>
    public SnapshotDiskDetails? Details
    {
        get
        {
            var details = !HasImage ? new SnapshotDiskDetails { DeleteInProgress = DeleteInProgress } : new SnapshotDiskDetails
            {
                Type = Type,
                Format = Format,
                MetadataCacheBytes = Format is null ? null : MetadataCacheBytes,
                Source = Source,
                DeleteInProgress = DeleteInProgress,
            };
            var unsaid = Image is null ? new SnapshotDiskDetails() : new SnapshotDiskDetails { Format = Vocabulary.Text(ImageFormat.Qcow2) };
            return details == unsaid ? null : details;
        }
    }
}

/// <summary>A snapshot as its record file has it.</summary>
/// <param name="Texts">With the domain document of the snapshot's moment, on the snapshot's images.</param>
/// <param name="Active">Whether the snapshot was the current one.</param>
public sealed record SnapshotRecord(Snapshot Snapshot, SnapshotTexts Texts, string? ParentName, bool Active)
{
    /// <summary>Never missing: a record without it is refused.</summary>
    public string DomainXml => Texts.Domain!;
}
