using System.Collections.Immutable;
using Snaptree.Model;

namespace Snaptree.Engine;

/// <summary>A snapshot as a document tells it.</summary>
/// <param name="Existing">The snapshot of that name, when there is one; it keeps its UUID and its children.</param>
/// <param name="MakeCurrent">It becomes the current one (<c>VIR_DOMAIN_SNAPSHOT_CREATE_CURRENT</c>).</param>
internal sealed record RedefineRequest(SnapshotEntry Entry, Snapshot? Existing, bool MakeCurrent);

/// <summary>
/// Writes what a document tells into the catalogue (libvirt: <c>VIR_DOMAIN_SNAPSHOT_CREATE_REDEFINE</c>). No image is touched. Images that it
/// claims and nobody knew are never written from here; images that it no longer claims are kept as they are.
/// </summary>
internal static class RedefinePlanner
{
    internal static Plan Plan(DomainRecord domain, RedefineRequest request, IReadOnlyList<ImageRecord> images)
    {
        var snapshot = request.Entry.Snapshot;
        var builder = new PlanBuilder(OperationId.New(), $"redefine snapshot '{snapshot.Name}' of domain '{domain.Name}'");
        var claimed = snapshot.ClaimedImages.ToHashSet();
        var released = request.Existing?.ClaimedImages.Where(path => !claimed.Contains(path)) ?? [];
        builder.AddRecord(new CatalogueChange
        {
            Add = request.Existing is null ? request.Entry : null,
            Replace = request.Existing is null ? null : request.Entry,
            Current = request.MakeCurrent ? new CurrentMove(snapshot.Uuid) : null,
            AddImages = [.. Unknown(snapshot, images)],
            Keep = [.. claimed.Select(path => new KeepMark(path, Kept: false)), .. released.Select(path => new KeepMark(path, Kept: true))],
        });
        var former = request.MakeCurrent && domain.Current is { } current ? ImmutableArray.Create(current) : [];
        builder.Add(new WriteRecordsStep([.. former.Append(snapshot.Uuid).Distinct()]));
        return builder.Build();
    }

    private static IEnumerable<ImageRecord> Unknown(Snapshot snapshot, IReadOnlyList<ImageRecord> images)
    {
        var known = images.Select(image => (image.Disk, image.Path)).ToHashSet();
        return snapshot.Disks
            .Where(disk => disk.Location is SnapshotLocation.External or SnapshotLocation.Internal && disk.Image is not null)
            .Select(disk => new ImageRecord(disk.Target, disk.Image!.Value, ImageRole.Underlying))
            .Where(image => !known.Contains((image.Disk, image.Path)));
    }
}
