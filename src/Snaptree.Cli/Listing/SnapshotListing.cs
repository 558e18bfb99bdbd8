using System.Collections.Immutable;
using Snaptree.Cli.Text;
using Snaptree.Engine;
using Snaptree.Model;

namespace Snaptree.Cli.Listing;

/// <summary>What a snapshot takes up on the host.</summary>
/// <param name="Bytes">Allocated bytes of its frozen images and its memory; null when nothing could be looked at.</param>
/// <param name="IsIncomplete">A file that the snapshot needs is not there.</param>
internal sealed record SnapshotSize(long? Bytes, bool IsIncomplete)
{
    public static SnapshotSize Unknown { get; } = new(null, IsIncomplete: false);
}

/// <summary>Everything that a list of a domain's snapshots shows.</summary>
/// <param name="State">The domain's state in our words; <c>unknown</c> when it could not be observed.</param>
/// <param name="Unfinished">Title of the operation that waits for recovery.</param>
internal sealed record SnapshotListing(
    string Domain,
    Guid DomainUuid,
    string State,
    string? Unfinished,
    SnapshotTree Tree,
    ImmutableDictionary<Guid, SnapshotSize> Sizes,
    DateTimeOffset Now)
{
    public const string UnknownState = "unknown";

    /// <param name="status">Null when the domain could not be observed.</param>
    /// <param name="fileBytes">Allocated bytes of a file; null when it is not there.</param>
    public static SnapshotListing Of(
        DomainRecord domain, DomainStatus? status, SnapshotTree tree, Func<string, long?> fileBytes, DateTimeOffset now) =>
        new(
            domain.Name.Value,
            domain.Uuid,
            status is null ? UnknownState : Words.Of(status.View.State),
            status?.Unfinished,
            tree,
            tree.All.ToImmutableDictionary(
                snapshot => snapshot.Uuid,
                snapshot => status is null ? SnapshotSize.Unknown : SizeOf(snapshot, status.View.Images, fileBytes)),
            now);

    public SnapshotSize SizeOf(Snapshot snapshot) => Sizes.GetValueOrDefault(snapshot.Uuid, SnapshotSize.Unknown);

    private static SnapshotSize SizeOf(Snapshot snapshot, ImageTree images, Func<string, long?> fileBytes)
    {
        var parts = snapshot.Disks.Where(disk => disk.Image is not null).Select(disk => SizeOf(disk, snapshot.InternalTag, images)).ToList();
        if (snapshot.MemoryPath is { } memory)
        {
            parts.Add(fileBytes(memory));
        }

        return new(parts.Sum(part => part ?? 0), parts.Exists(part => part is null));
    }

    /// <summary>
    /// Of an internal snapshot only the memory can be told: its clusters share the image with everybody else's.
    /// </summary>
    private static long? SizeOf(SnapshotDisk disk, string tag, ImageTree images) => disk.Location switch
    {
        SnapshotLocation.External => images.Find(disk.Image!.Value)?.AllocatedBytes,
        SnapshotLocation.Internal => images.Find(disk.Image!.Value)?.Internal(tag)?.VmStateBytes,
        _ => 0,
    };
}
