using Snaptree.Model;
using Snaptree.Platform;

namespace Snaptree.Engine;

/// <summary>Snapshots, what each of their disks claims, and the domain document of their moment.</summary>
internal static class SnapshotTable
{
    internal const string SelectByName = $"{Select} WHERE domain = ? AND name = ?";
    internal const string SelectByUuid = $"{Select} WHERE uuid = ? AND domain = ?";
    internal const string SelectOfDomain = $"{Select} WHERE domain = ?";
    internal const string SelectDisks = $"{DiskColumns} FROM snapshot_disks AS d WHERE d.snapshot = ? ORDER BY d.position";
    internal const string SelectChildren = "SELECT uuid FROM snapshots WHERE parent = ?";
    internal const string AdoptChildren = "UPDATE snapshots SET parent = ? WHERE parent = ?";
    internal const string Delete = "DELETE FROM snapshots WHERE uuid = ? AND domain = ?";

    // EXISTS and not IN: the image is the narrow condition, and its index must be the one that is used.
    internal const string MoveImage = $"UPDATE snapshot_disks SET image = ?, format = ? WHERE image = ? AND {OfDomain}";
    internal const string MoveOverlay = $"UPDATE snapshot_disks SET overlay = ? WHERE overlay = ? AND {OfDomain}";

    internal const string ForgetOverlay = $"UPDATE snapshot_disks SET overlay = NULL WHERE overlay = ? AND {OfDomain}";

    private const string OfDomain = "EXISTS (SELECT 1 FROM snapshots AS s WHERE s.uuid = snapshot_disks.snapshot AND s.domain = ?)";
    private const string Select = "SELECT uuid, name, parent, created, state, description, memory, memory_path, tag FROM snapshots";
    private const string DiskColumns =
        "SELECT d.snapshot, d.target, d.location, d.image, d.format, d.overlay, d.storage, d.driver, d.metadata_cache, d.source, d.deleting";
    private const string SelectDisksOfDomain =
        $"{DiskColumns} FROM snapshots AS s JOIN snapshot_disks AS d ON d.snapshot = s.uuid WHERE s.domain = ? ORDER BY d.snapshot, d.position";

    internal static IReadOnlyList<Snapshot> List(SqliteDatabase database, Guid domain)
    {
        var disks = database.All(SelectDisksOfDomain, ReadDisk, domain).ToLookup(row => row.Snapshot, row => row.Disk);
        return database.All(SelectOfDomain, row => Read(row, disks), domain);
    }

    internal static Snapshot? Find(SqliteDatabase database, Guid domain, string nameOrUuid)
    {
        var found = (Guid.TryParse(nameOrUuid, out var uuid) ? database.First(SelectByUuid, ReadBare, uuid, domain) : null)
            ?? database.First(SelectByName, ReadBare, domain, nameOrUuid);
        return found is null ? null : WithDisks(database, found);
    }

    internal static Snapshot? FindByName(SqliteDatabase database, Guid domain, string name) =>
        database.First(SelectByName, ReadBare, domain, name) is { } found ? WithDisks(database, found) : null;

    private static Snapshot WithDisks(SqliteDatabase database, Snapshot bare) =>
        bare with { Disks = [.. database.All(SelectDisks, ReadDisk, bare.Uuid).Select(row => row.Disk)] };

    internal static bool Has(SqliteDatabase database, Guid domain, Guid snapshot) => database.Any(SelectByUuid, snapshot, domain);

    internal static SnapshotEntry? EntryOf(SqliteDatabase database, Guid domain, Guid snapshot) =>
        Find(database, domain, snapshot.ToString()) is { } found
            ? database.First(
                "SELECT domain_xml, inactive_xml, cookie, revert_disks FROM snapshot_documents WHERE snapshot = ?",
                row => new SnapshotEntry(found, row.Text(0))
                {
                    InactiveXml = row.GetStringOrNull(1),
                    Cookie = row.GetStringOrNull(2),
                    RevertDisks = row.GetStringOrNull(3),
                },
                snapshot)
            : null;

    internal static IReadOnlyList<Guid> ChildrenOf(SqliteDatabase database, Guid snapshot) =>
        database.All(SelectChildren, row => row.Uuid(0), snapshot);

    internal static int CountOf(SqliteDatabase database, Guid domain) =>
        (int)database.All("SELECT count(*) FROM snapshots WHERE domain = ?", row => row.GetInt64(0), domain)[0];

    internal static void Add(SqliteDatabase database, Guid domain, SnapshotEntry entry)
    {
        var snapshot = entry.Snapshot;
        RefuseUnfit(database, domain, snapshot);
        database.Run(
            """
            INSERT INTO snapshots (uuid, domain, name, parent, created, state, description, memory, memory_path, tag)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            snapshot.Uuid, domain, snapshot.Name.Value, snapshot.Parent, snapshot.CreatedAt, (long)snapshot.State, snapshot.Description,
            (long)snapshot.Memory, snapshot.MemoryPath, snapshot.Tag);
        AddParts(database, entry);
    }

    /// <summary>Tells a snapshot anew; its UUID is the same, its children stay its own.</summary>
    internal static void Replace(SqliteDatabase database, Guid domain, SnapshotEntry entry)
    {
        var snapshot = entry.Snapshot;
        RefuseLostParent(database, domain, snapshot);
        RefuseCycle(database, domain, snapshot);
        var changed = database.Run(
            """
            UPDATE snapshots SET parent = ?, created = ?, state = ?, description = ?, memory = ?, memory_path = ?, tag = ?
            WHERE uuid = ? AND domain = ? AND name = ?
            """,
            snapshot.Parent, snapshot.CreatedAt, (long)snapshot.State, snapshot.Description, (long)snapshot.Memory, snapshot.MemoryPath,
            snapshot.Tag, snapshot.Uuid, domain, snapshot.Name.Value);
        if (changed != 1)
        {
            throw CatalogueErrors.Internal($"the snapshot '{snapshot.Name}' to tell anew is not in the catalogue");
        }

        database.Run("DELETE FROM snapshot_documents WHERE snapshot = ?", snapshot.Uuid);
        database.Run("DELETE FROM snapshot_disks WHERE snapshot = ?", snapshot.Uuid);
        AddParts(database, entry);
    }

    internal static void Rename(SqliteDatabase database, Guid domain, SnapshotRename rename)
    {
        RefuseTakenName(database, domain, rename.Name);
        if (database.Run(
            "UPDATE snapshots SET tag = COALESCE(tag, name), name = ? WHERE uuid = ? AND domain = ?", rename.Name.Value, rename.Snapshot, domain) != 1)
        {
            throw CatalogueErrors.Internal($"the snapshot {rename.Snapshot} to rename is not in the catalogue");
        }
    }

    private static void AddParts(SqliteDatabase database, SnapshotEntry entry)
    {
        var snapshot = entry.Snapshot;
        database.Run(
            "INSERT INTO snapshot_documents (snapshot, domain_xml, inactive_xml, cookie, revert_disks) VALUES (?, ?, ?, ?, ?)",
            snapshot.Uuid, entry.DomainXml, entry.InactiveXml, entry.Cookie, entry.RevertDisks);
        for (var at = 0; at < snapshot.Disks.Length; at++)
        {
            AddDisk(database, snapshot.Uuid, at, snapshot.Disks[at]);
        }
    }

    private static void AddDisk(SqliteDatabase database, Guid snapshot, int position, SnapshotDisk disk)
    {
        var details = disk.Details;
        database.Run(
            """
            INSERT INTO snapshot_disks
                (snapshot, position, target, location, image, format, overlay, storage, driver, metadata_cache, source, deleting)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            snapshot, (long)position, disk.Target.Name, Stored.Word(disk.Location), disk.Image, Stored.Word(disk.Format), disk.Overlay,
            (long?)details?.Type, details?.Format, details?.MetadataCacheBytes, details?.Source, details is null ? (long?)null : details.DeleteInProgress ? 1L : 0L);
    }

    /// <summary>Its children go to its parent.</summary>
    internal static void Remove(SqliteDatabase database, Guid domain, Guid snapshot)
    {
        var gone = database.First(SelectByUuid, ReadBare, snapshot, domain)
            ?? throw CatalogueErrors.Internal($"the snapshot {snapshot} to remove is not in the catalogue");
        database.Run(AdoptChildren, gone.Parent, snapshot);
        database.Run(Delete, snapshot, domain);
    }

    internal static void MoveClaim(SqliteDatabase database, Guid domain, ClaimMove move)
    {
        database.Run(MoveImage, move.To, Stored.Word(move.Format), move.From, domain);
        database.Run(MoveOverlay, move.To, move.From, domain);
    }

    /// <summary>The image is no longer there to be named as what was made on top.</summary>
    internal static void RemoveOverlay(SqliteDatabase database, Guid domain, ImagePath path) => database.Run(ForgetOverlay, path, domain);

    private static void RefuseUnfit(SqliteDatabase database, Guid domain, Snapshot snapshot)
    {
        RefuseTakenName(database, domain, snapshot.Name);
        RefuseLostParent(database, domain, snapshot);
    }

    private static void RefuseTakenName(SqliteDatabase database, Guid domain, SnapshotName name)
    {
        if (database.Any(SelectByName, domain, name.Value))
        {
            throw new SnapshotException(
                ErrorCode.OperationFailed, $"a snapshot called '{name}' already exists", "Choose another name; nothing was changed.");
        }
    }

    private static void RefuseLostParent(SqliteDatabase database, Guid domain, Snapshot snapshot)
    {
        if (snapshot.Parent is { } parent && !Has(database, domain, parent))
        {
            throw CatalogueErrors.Internal($"the parent {parent} of the new snapshot '{snapshot.Name}' is not in the catalogue");
        }
    }

    private static void RefuseCycle(SqliteDatabase database, Guid domain, Snapshot snapshot)
    {
        for (var above = snapshot.Parent; above is { } uuid; above = database.First(SelectByUuid, ReadBare, uuid, domain)?.Parent)
        {
            if (uuid == snapshot.Uuid)
            {
                throw CatalogueErrors.Internal($"the snapshot '{snapshot.Name}' would descend from itself");
            }
        }
    }

    private static Snapshot ReadBare(SqliteStatement row) =>
        new()
        {
            Uuid = row.Uuid(0),
            Name = row.SnapshotName(1),
            Parent = row.UuidOrNull(2),
            CreatedAt = row.Time(3),
            State = row.Member<SnapshotState>(4),
            Description = row.GetStringOrNull(5),
            Memory = row.Member<MemoryLocation>(6),
            MemoryPath = row.GetStringOrNull(7),
            Tag = row.GetStringOrNull(8),
        };

    private static Snapshot Read(SqliteStatement row, ILookup<Guid, SnapshotDisk> disks)
    {
        var bare = ReadBare(row);
        return bare with { Disks = [.. disks[bare.Uuid]] };
    }

    private static (Guid Snapshot, SnapshotDisk Disk) ReadDisk(SqliteStatement row) =>
        (
            row.Uuid(0),
            new SnapshotDisk(new DiskTarget(row.Text(1)), row.Location(2), row.PathOrNull(3), row.FormatOrNull(4), row.PathOrNull(5))
            {
                Details = ReadDetails(row),
            });

    private static SnapshotDiskDetails? ReadDetails(SqliteStatement row) =>
        row.GetInt64OrNull(6) is null
            ? null
            : new SnapshotDiskDetails
            {
                Type = row.Member<StorageType>(6),
                Format = row.GetStringOrNull(7),
                MetadataCacheBytes = row.GetInt64OrNull(8),
                Source = row.GetStringOrNull(9),
                DeleteInProgress = row.Flag(10),
            };
}
