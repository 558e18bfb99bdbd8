using Snaptree.Model;
using Snaptree.Platform;

namespace Snaptree.Engine;

/// <summary>The images that domains stand on.</summary>
internal static class ImageTable
{
    internal const string SelectOfDomain = $"{Select} WHERE domain = ? ORDER BY disk, path";
    internal const string SelectOriginals = $"{Select} WHERE domain = ? AND role = 0 ORDER BY disk, path";

    private const string Select = "SELECT disk, path, role, kept FROM images";

    internal static IReadOnlyList<ImageRecord> List(SqliteDatabase database, Guid domain) =>
        database.All(SelectOfDomain, Read, domain);

    internal static IReadOnlyList<ImageRecord> Originals(SqliteDatabase database, Guid domain) =>
        database.All(SelectOriginals, Read, domain);

    internal static IReadOnlySet<ImagePath> OfOthers(SqliteDatabase database, Guid domain) =>
        database.All("SELECT DISTINCT path FROM images WHERE domain <> ?", row => row.Path(0), domain).ToHashSet();

    /// <summary>Adding what is there already sets its role: a path may come back after its file was removed.</summary>
    internal static void Add(SqliteDatabase database, Guid domain, ImageRecord image) =>
        database.Run(
            """
            INSERT INTO images (domain, path, disk, role, kept) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (domain, path, disk) DO UPDATE SET role = excluded.role, kept = excluded.kept
            """,
            domain, image.Path, image.Disk.Name, (long)image.Role, image.Kept ? 1L : 0L);

    internal static void Keep(SqliteDatabase database, Guid domain, KeepMark mark) =>
        database.Run("UPDATE images SET kept = ? WHERE domain = ? AND path = ?", mark.Kept ? 1L : 0L, domain, mark.Path);

    internal static void Remove(SqliteDatabase database, Guid domain, ImagePath path) =>
        database.Run("DELETE FROM images WHERE domain = ? AND path = ?", domain, path);

    private static ImageRecord Read(SqliteStatement row) =>
        new(new DiskTarget(row.Text(0)), row.Path(1), row.Member<ImageRole>(2), row.Flag(3));
}
