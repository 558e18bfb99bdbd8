using Snaptree.Platform;

namespace Snaptree.Engine;

/// <summary>
/// Applies a change inside a transaction of the caller. The order is part of the meaning: what is removed no longer has claims to move, and
/// the current pointer is judged by what is there at the end.
/// </summary>
internal static class ChangeApplier
{
    internal static void Apply(SqliteDatabase database, Guid domain, CatalogueChange change)
    {
        ApplySnapshots(database, domain, change);
        ApplyImages(database, domain, change);
        if (change.Current is { } current)
        {
            DomainTable.SetCurrent(database, domain, current.To);
        }

        if (change.Instance is { } instance)
        {
            DomainTable.SetInstance(database, domain, instance.To);
        }

        if (change.Xml is { } xml)
        {
            DomainTable.SetXml(database, domain, xml);
        }

        if (change.ManagedSave is { } save)
        {
            DomainTable.SetManagedSave(database, domain, save.Path);
        }

        if (change.Reason is { } reason)
        {
            DomainTable.SetReason(database, domain, reason);
        }

        RefuseLostCurrent(database, domain);
    }

    private static void ApplySnapshots(SqliteDatabase database, Guid domain, CatalogueChange change)
    {
        if (change.Add is { } entry)
        {
            SnapshotTable.Add(database, domain, entry);
        }

        if (change.Replace is { } told)
        {
            SnapshotTable.Replace(database, domain, told);
        }

        if (change.Rename is { } rename)
        {
            SnapshotTable.Rename(database, domain, rename);
        }

        foreach (var gone in change.Remove)
        {
            SnapshotTable.Remove(database, domain, gone);
        }

        foreach (var move in change.Claims)
        {
            SnapshotTable.MoveClaim(database, domain, move);
        }
    }

    private static void ApplyImages(SqliteDatabase database, Guid domain, CatalogueChange change)
    {
        foreach (var top in change.ActiveImages)
        {
            DomainTable.SetTop(database, domain, top.Disk, top.Path);
        }

        foreach (var image in change.AddImages)
        {
            ImageTable.Add(database, domain, image);
        }

        foreach (var mark in change.Keep)
        {
            ImageTable.Keep(database, domain, mark);
        }

        foreach (var path in change.RemoveImages)
        {
            ImageTable.Remove(database, domain, path);
            SnapshotTable.RemoveOverlay(database, domain, path);
        }
    }

    private static void RefuseLostCurrent(SqliteDatabase database, Guid domain)
    {
        if (DomainTable.CurrentOf(database, domain) is { } current && !SnapshotTable.Has(database, domain, current))
        {
            throw CatalogueErrors.Internal($"the current snapshot {current} of domain {domain} would not exist");
        }
    }
}
