using Snaptree.Model;
using Snaptree.Platform;

namespace Snaptree.Engine;

/// <summary>The images that domains stand on.</summary>
internal static class ImageTable
{
    internal const string SelectOfDomain = "SELECT disk, path, role FROM images WHERE domain = ? ORDER BY disk, path";

    internal static IReadOnlyList<ImageRecord> List(SqliteDatabase database, Guid domain) =>
        database.All(SelectOfDomain, row => new ImageRecord(new DiskTarget(row.Text(0)), row.Path(1), row.Member<ImageRole>(2)), domain);

    internal static IReadOnlySet<ImagePath> OfOthers(SqliteDatabase database, Guid domain) =>
        database.All("SELECT DISTINCT path FROM images WHERE domain <> ?", row => row.Path(0), domain).ToHashSet();

    /// <summary>Adding what is there already sets its role: a path may come back after its file was removed.</summary>
    internal static void Add(SqliteDatabase database, Guid domain, ImageRecord image) =>
        database.Run(
            """
            INSERT INTO images (domain, path, disk, role) VALUES (?, ?, ?, ?)
            ON CONFLICT (domain, path, disk) DO UPDATE SET role = excluded.role
            """,
            domain, image.Path, image.Disk.Name, (long)image.Role);

    internal static void Remove(SqliteDatabase database, Guid domain, ImagePath path) =>
        database.Run("DELETE FROM images WHERE domain = ? AND path = ?", domain, path);
}
