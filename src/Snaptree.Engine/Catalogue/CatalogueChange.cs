using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Snaptree.Drivers;
using Snaptree.Model;

namespace Snaptree.Engine;

/// <summary>
/// All that one operation changes in the catalogue, as data: it stands in the journal and is applied in one transaction, together with
/// the outcome of the step that carries it. A list that the journal of an older version does not have is empty.
/// </summary>
public sealed record CatalogueChange
{
    public SnapshotEntry? Add { get; init; }

    /// <summary>A snapshot that is there and is told anew, with other relations, texts or claims; its UUID stays.</summary>
    public SnapshotEntry? Replace { get; init; }

    public SnapshotRename? Rename { get; init; }

    /// <summary>Snapshots to remove; their children go to the removed one's parent.</summary>
    public ImmutableArray<Guid> Remove { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>The new current snapshot; null leaves the pointer alone.</summary>
    public CurrentMove? Current { get; init; }

    /// <summary>New tops of disks.</summary>
    public ImmutableArray<ActiveImage> ActiveImages { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>
    /// Claims of the remaining snapshots that move from one image to another of equal contents, one after the other; where the image is
    /// named as what was made on top, that moves too.
    /// </summary>
    public ImmutableArray<ClaimMove> Claims { get; init => field = value.IsDefault ? [] : value; } = [];

    public ImmutableArray<ImageRecord> AddImages { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>Images that the domain no longer has; snapshots no longer name them as what was made on top.</summary>
    public ImmutableArray<ImagePath> RemoveImages { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>Images whose bytes must stay though no snapshot claims them any more, and images of which that is over.</summary>
    public ImmutableArray<KeepMark> Keep { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>The process that runs the domain from now on; null leaves it alone.</summary>
    public InstanceMove? Instance { get; init; }

    /// <summary>A new definition, verbatim; null leaves it alone.</summary>
    public string? Xml { get; init; }

    /// <summary>The memory image that the next start resumes from; null leaves it alone.</summary>
    public ManagedSaveMove? ManagedSave { get; init; }

    /// <summary>The state that this change leaves the domain in, and why; null leaves it alone.</summary>
    public StateReason? Reason { get; init; }
}

/// <summary>A snapshot with the documents of its moment.</summary>
/// <param name="DomainXml">The domain document, verbatim.</param>
public sealed record SnapshotEntry(Snapshot Snapshot, string DomainXml)
{
    /// <summary>The definition that an inactive domain would have had, where it differed (<c>inactiveDomain</c>); verbatim.</summary>
    public string? InactiveXml { get; init; }

    /// <summary>What a hypervisor wrote for itself (<c>cookie</c>); verbatim.</summary>
    public string? Cookie { get; init; }

    /// <summary>Images that libvirt made when it went back to a snapshot that is no leaf (<c>revertDisks</c>); verbatim.</summary>
    public string? RevertDisks { get; init; }

    /// <summary>The documents, as the format writes them.</summary>
    [JsonIgnore]
    public SnapshotTexts Texts => new(DomainXml, InactiveXml, Cookie) { RevertDisks = RevertDisks };
}

public sealed record SnapshotRename(Guid Snapshot, SnapshotName Name);

public sealed record KeepMark(ImagePath Path, bool Kept);

/// <param name="Path">The memory image; null for none.</param>
public sealed record ManagedSaveMove(string? Path);

/// <param name="To">The new current snapshot; null for none.</param>
public sealed record CurrentMove(Guid? To);

/// <param name="To">The instance; null for none.</param>
public sealed record InstanceMove(InstanceId? To);

public sealed record ActiveImage(DiskTarget Disk, ImagePath Path);

/// <param name="To">The image that holds the bytes from now on, with its format.</param>
public sealed record ClaimMove(ImagePath From, ImagePath To, ImageFormat Format);
