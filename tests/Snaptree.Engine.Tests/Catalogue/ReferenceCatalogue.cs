using System.Collections.Immutable;
using Snaptree.Model;

namespace Snaptree.Engine.Tests.Catalogue;

/// <summary>What a change means, said a second time and without a database: the property test compares both.</summary>
internal sealed record ReferenceCatalogue(
    DomainRecord Domain, ImmutableDictionary<Guid, Snapshot> Snapshots, ImmutableHashSet<ImageRecord> Images)
{
    /// <summary>Null when the change must be refused.</summary>
    public ReferenceCatalogue? After(CatalogueChange change)
    {
        if (Tree(change) is not { } snapshots)
        {
            return null;
        }

        var domain = Domain with
        {
            ActiveImages = Domain.ActiveImages.SetItems(change.ActiveImages.Select(top => KeyValuePair.Create(top.Disk, top.Path))),
            Current = change.Current is { } current ? current.To : Domain.Current,
            Instance = change.Instance is { } instance ? instance.To : Domain.Instance,
            Xml = change.Xml ?? Domain.Xml,
            ManagedSave = change.ManagedSave is { } save ? save.Path : Domain.ManagedSave,
            Reason = change.Reason ?? Domain.Reason,
        };
        if (domain.Current is { } wanted && !snapshots.ContainsKey(wanted))
        {
            return null;
        }

        var added = change.AddImages.Aggregate(Images, (set, image) =>
            set.Except(set.Where(one => one.Disk == image.Disk && one.Path == image.Path)).Add(image));
        added = [.. added.Select(image => change.Keep.LastOrDefault(mark => mark.Path == image.Path) is { } mark ? image with { Kept = mark.Kept } : image)];
        return new ReferenceCatalogue(
            domain,
            snapshots.Values.Select(snapshot => Move(snapshot, change)).ToImmutableDictionary(snapshot => snapshot.Uuid),
            added.Except(added.Where(image => change.RemoveImages.Contains(image.Path))));
    }

    private ImmutableDictionary<Guid, Snapshot>? Tree(CatalogueChange change)
    {
        var snapshots = Snapshots;
        if (change.Add?.Snapshot is { } added)
        {
            if (snapshots.ContainsKey(added.Uuid) || snapshots.Values.Any(one => one.Name == added.Name)
                || (added.Parent is { } parent && !snapshots.ContainsKey(parent)))
            {
                return null;
            }

            snapshots = snapshots.Add(added.Uuid, added);
        }

        if (change.Replace?.Snapshot is { } told)
        {
            if (!snapshots.TryGetValue(told.Uuid, out var present) || present.Name != told.Name || !FitsAbove(snapshots, told))
            {
                return null;
            }

            snapshots = snapshots.SetItem(told.Uuid, told);
        }

        if (change.Rename is { } rename)
        {
            if (!snapshots.TryGetValue(rename.Snapshot, out var named) || snapshots.Values.Any(one => one.Name == rename.Name))
            {
                return null;
            }

            snapshots = snapshots.SetItem(named.Uuid, named with { Name = rename.Name, Tag = named.Tag ?? named.Name.Value });
        }

        foreach (var uuid in change.Remove)
        {
            if (!snapshots.TryGetValue(uuid, out var gone))
            {
                return null;
            }

            snapshots = snapshots.Remove(uuid).ToImmutableDictionary(
                pair => pair.Key, pair => pair.Value.Parent == uuid ? pair.Value with { Parent = gone.Parent } : pair.Value);
        }

        return snapshots;
    }

    /// <summary>The parent exists, and the way up from it does not lead back.</summary>
    private static bool FitsAbove(ImmutableDictionary<Guid, Snapshot> snapshots, Snapshot told)
    {
        for (var above = told.Parent; above is { } uuid; above = snapshots[uuid].Parent)
        {
            if (uuid == told.Uuid || !snapshots.ContainsKey(uuid))
            {
                return false;
            }
        }

        return true;
    }

    private static Snapshot Move(Snapshot snapshot, CatalogueChange change) =>
        snapshot with { Disks = [.. snapshot.Disks.Select(disk => Move(disk, change))] };

    private static SnapshotDisk Move(SnapshotDisk disk, CatalogueChange change)
    {
        foreach (var move in change.Claims)
        {
            disk = disk.Image == move.From ? disk with { Image = move.To, Format = move.Format } : disk;
            disk = disk.Overlay == move.From ? disk with { Overlay = move.To } : disk;
        }

        return disk.Overlay is { } overlay && change.RemoveImages.Contains(overlay) ? disk with { Overlay = null } : disk;
    }
}
