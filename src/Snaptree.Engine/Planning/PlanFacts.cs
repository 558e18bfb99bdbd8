using System.Collections.Immutable;
using Snaptree.Drivers;
using Snaptree.Model;

namespace Snaptree.Engine;

/// <summary>
/// Everything a planner may know, gathered beforehand: planning itself is pure. What grows with the number of snapshots is read when it is
/// first asked for, so that taking one more costs the same however many there are.
/// </summary>
public sealed record PlanFacts
{
    private readonly Lazy<SnapshotTree> tree = new(() => new SnapshotTree([], null));
    private readonly Lazy<IReadOnlySet<ImagePath>> imagesOfOthers = new(() => ImmutableHashSet<ImagePath>.Empty);

    public required OperationId Operation { get; init; }

    public required DateTimeOffset Now { get; init; }

    /// <summary>UUID for whatever the plan creates.</summary>
    public required Guid NewUuid { get; init; }

    public required DomainRecord Domain { get; init; }

    public required DomainDefinition Definition { get; init; }

    public required DomainView View { get; init; }

    public SnapshotTree Tree { get => tree.Value; init => tree = new(() => value); }

    /// <summary>Where <see cref="Tree"/> comes from when it is asked for.</summary>
    public Func<SnapshotTree> TreeSource { init => tree = new(value); }

    /// <summary>The domain's images; for a plan that only adds to them, those it was defined with.</summary>
    public required ImmutableArray<ImageRecord> Images { get; init; }

    /// <summary>Images that other domains stand on.</summary>
    public IReadOnlySet<ImagePath> ImagesOfOthers { get => imagesOfOthers.Value; init => imagesOfOthers = new(() => value); }

    /// <summary>Where <see cref="ImagesOfOthers"/> comes from when it is asked for.</summary>
    public Func<IReadOnlySet<ImagePath>> ImagesOfOthersSource { init => imagesOfOthers = new(value); }

    /// <summary>Where memory images of this domain are kept.</summary>
    public required string MemoryFolder { get; init; }

    /// <summary>Free bytes by folder, for the folders that any plan could write to.</summary>
    public required ImmutableDictionary<string, long> FreeBytes { get; init; }

    /// <summary>Formats that can hold internal snapshots.</summary>
    public required ImmutableArray<ImageFormat> InternalFormats { get; init; }

    public string DomainName => Domain.Name.Value;

    public ImageRecord? Image(ImagePath path) => Images.FirstOrDefault(image => image.Path == path);

    /// <summary>The image that the definition named for this disk, after which its overlays are called.</summary>
    public ImagePath OriginalOf(DiskTarget disk) =>
        Images.FirstOrDefault(image => image.Disk == disk && image.Role == ImageRole.Original)?.Path ?? Domain.ActiveImages[disk];

    public StandbySpec Running() =>
        new(Domain.Instance!.Value, Domain.Xml, [.. Domain.ActiveImages.Select(pair => new ActiveImage(pair.Key, pair.Value))]);

    /// <summary>An internal snapshot may only be touched in an image that nobody else's guest reads through.</summary>
    internal void RefuseUseByOthers(Snapshot snapshot, ImagePath image)
    {
        if (ImagesOfOthers.Contains(image))
        {
            throw Refuse(
                ErrorCode.OperationUnsupported,
                $"snapshot '{snapshot.Name}' lies inside {image}, which another domain stands on",
                "Give the other domain an image of its own first; this one would be written to under it.");
        }
    }

    /// <summary>
    /// What is left of ours has been recovered before planning, so a job that is at work is somebody else's. It moves data under our
    /// feet, and a hypervisor that saves its memory meanwhile may not survive it.
    /// </summary>
    /// <param name="code">What libvirt answers for this verb; a mirror has a number of its own when a snapshot is taken.</param>
    internal void RefuseJobs(ErrorCode code)
    {
        if (View.Jobs.FirstOrDefault(job => job.IsAtWork) is { } job)
        {
            throw Refuse(
                code == ErrorCode.OperationUnsupported && job.Kind == JobView.Mirror ? ErrorCode.BlockCopyActive : code,
                $"domain '{DomainName}' has an active block job: '{job.Id}' ({job.Kind}, {job.Status})",
                "Wait until it has finished or cancel it where it was started, then try again; nothing was changed.");
        }
    }

    public SnapshotException Refuse(ErrorCode code, string message, string remedy, DiskTarget? disk = null) =>
        new(code, message, remedy) { Domain = DomainName, Disk = disk?.Name };
}
