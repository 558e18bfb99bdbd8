using System.Collections.Immutable;
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

    /// <summary>The process that runs the domain from now on; null leaves it alone.</summary>
    public InstanceMove? Instance { get; init; }

    /// <summary>A new definition, verbatim; null leaves it alone.</summary>
    public string? Xml { get; init; }
}

/// <summary>A snapshot with the domain document of its moment.</summary>
public sealed record SnapshotEntry(Snapshot Snapshot, string DomainXml);

/// <param name="To">The new current snapshot; null for none.</param>
public sealed record CurrentMove(Guid? To);

/// <param name="To">The instance; null for none.</param>
public sealed record InstanceMove(InstanceId? To);

public sealed record ActiveImage(DiskTarget Disk, ImagePath Path);

/// <param name="To">The image that holds the bytes from now on, with its format.</param>
public sealed record ClaimMove(ImagePath From, ImagePath To, ImageFormat Format);
