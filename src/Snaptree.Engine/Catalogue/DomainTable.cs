using System.Collections.Immutable;
using Snaptree.Drivers;
using Snaptree.Model;
using Snaptree.Platform;

namespace Snaptree.Engine;

/// <summary>Domains and the image on top of each of their disks.</summary>
internal static class DomainTable
{
    internal const string SelectByName = $"{Select} WHERE name = ?";
    internal const string SelectByUuid = $"{Select} WHERE uuid = ?";
    internal const string SelectTops = "SELECT disk, path FROM active_images WHERE domain = ?";

    private const string Select = "SELECT uuid, name, xml, instance, current_snapshot, managed_save, reason_state, reason FROM domains";

    internal static IReadOnlyList<DomainRecord> List(SqliteDatabase database) =>
        [.. database.All($"{Select} ORDER BY name", Read).Select(domain => WithTops(database, domain))];

    internal static DomainRecord? Find(SqliteDatabase database, string nameOrUuid)
    {
        var found = (Guid.TryParse(nameOrUuid, out var uuid) ? database.First(SelectByUuid, Read, uuid) : null)
            ?? database.First(SelectByName, Read, nameOrUuid);
        return found is null ? null : WithTops(database, found);
    }

    /// <summary>Null also when there is no such domain.</summary>
    internal static Guid? CurrentOf(SqliteDatabase database, Guid domain) =>
        database.All("SELECT current_snapshot FROM domains WHERE uuid = ?", row => row.UuidOrNull(0), domain).FirstOrDefault();

    internal static void Add(SqliteDatabase database, DomainRecord domain)
    {
        RefuseTaken(database, SelectByName, domain.Name.Value, $"a domain called '{domain.Name}'", domain);
        RefuseTaken(database, SelectByUuid, domain.Uuid, $"a domain with the UUID {domain.Uuid}", domain);
        database.Run(
            "INSERT INTO domains (uuid, name, xml, instance, current_snapshot, managed_save, reason_state, reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            domain.Uuid, domain.Name.Value, domain.Xml, domain.Instance?.Value, domain.Current, domain.ManagedSave,
            (long?)domain.Reason?.State, domain.Reason?.Reason);
        foreach (var (disk, path) in domain.ActiveImages)
        {
            SetTop(database, domain.Uuid, disk, path);
        }
    }

    internal static void Remove(SqliteDatabase database, Guid domain) => database.Run("DELETE FROM domains WHERE uuid = ?", domain);

    internal static void SetTop(SqliteDatabase database, Guid domain, DiskTarget disk, ImagePath path) =>
        database.Run(
            "INSERT INTO active_images (domain, disk, path) VALUES (?, ?, ?) ON CONFLICT (domain, disk) DO UPDATE SET path = excluded.path",
            domain, disk.Name, path);

    internal static void SetCurrent(SqliteDatabase database, Guid domain, Guid? snapshot) =>
        database.Run("UPDATE domains SET current_snapshot = ? WHERE uuid = ?", snapshot, domain);

    internal static void SetInstance(SqliteDatabase database, Guid domain, InstanceId? instance) =>
        database.Run("UPDATE domains SET instance = ? WHERE uuid = ?", instance?.Value, domain);

    internal static void SetXml(SqliteDatabase database, Guid domain, string xml) =>
        database.Run("UPDATE domains SET xml = ? WHERE uuid = ?", xml, domain);

    internal static void SetManagedSave(SqliteDatabase database, Guid domain, string? path) =>
        database.Run("UPDATE domains SET managed_save = ? WHERE uuid = ?", path, domain);

    internal static void SetReason(SqliteDatabase database, Guid domain, StateReason reason) =>
        database.Run("UPDATE domains SET reason_state = ?, reason = ? WHERE uuid = ?", (long)reason.State, (long)reason.Reason, domain);

    private static void RefuseTaken(SqliteDatabase database, string sql, SqlValue key, string what, DomainRecord domain)
    {
        if (database.Any(sql, key))
        {
            throw new SnapshotException(ErrorCode.OperationFailed, $"{what} already exists", "Choose another; nothing was changed.")
            {
                Domain = domain.Name.Value,
            };
        }
    }

    private static DomainRecord Read(SqliteStatement row) =>
        new(
            row.Uuid(0),
            row.DomainName(1),
            row.Text(2),
            ImmutableDictionary<DiskTarget, ImagePath>.Empty,
            row.GetStringOrNull(3) is { } instance ? new InstanceId(instance) : null,
            row.UuidOrNull(4))
        {
            ManagedSave = row.GetStringOrNull(5),
            Reason = row.GetInt64OrNull(6) is null ? null : new StateReason(row.Member<DomainState>(6), row.Number(7)),
        };

    private static DomainRecord WithTops(SqliteDatabase database, DomainRecord domain) =>
        domain with
        {
            ActiveImages = database.All(SelectTops, row => KeyValuePair.Create(new DiskTarget(row.Text(0)), row.Path(1)), domain.Uuid)
                .ToImmutableDictionary(),
        };
}
