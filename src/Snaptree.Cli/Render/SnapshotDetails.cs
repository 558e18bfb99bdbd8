using System.Globalization;
using Snaptree.Cli.Listing;
using Snaptree.Cli.Text;
using Snaptree.Model;

namespace Snaptree.Cli.Render;

/// <summary>Everything about one snapshot, for people.</summary>
internal static class SnapshotDetails
{
    public static IEnumerable<string> Render(Snapshot snapshot, SnapshotListing listing, Style style)
    {
        var children = listing.Tree.ChildrenOf(snapshot).Select(child => child.Name.Value).ToList();
        var rows = new List<(string Title, string? Value)>
        {
            ("Name", snapshot.Name.Value),
            ("Domain", listing.Domain),
            ("UUID", snapshot.Uuid.ToString()),
            ("Description", snapshot.Description),
            ("Current", listing.Tree.Current?.Uuid == snapshot.Uuid ? "yes" : "no"),
            ("Created", $"{snapshot.CreatedAt.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture)} ({AgeText.Of(snapshot.CreatedAt, listing.Now)})"),
            ("Kind", TreeRenderer.KindOf(snapshot)),
            ("State", Words.Of(snapshot.State)),
            ("Parent", listing.Tree.ParentOf(snapshot)?.Name.Value ?? "none"),
            ("Children", children.Count == 0 ? "none" : string.Join(", ", children)),
            ("Descendants", listing.Tree.DescendantsOf(snapshot).Count().ToString(CultureInfo.InvariantCulture)),
            ("Size", SizeOf(listing.SizeOf(snapshot))),
            ("Memory", snapshot.MemoryPath ?? (snapshot.Memory == MemoryLocation.Internal ? "inside the image" : "not kept")),
        };
        rows.AddRange(snapshot.Disks.Select(disk => ($"Disk {disk.Target}", (string?)DiskText(disk))));
        return TextTable.Lines(
            [.. rows.Where(row => row.Value is not null).Select(row => new Cell[] { new($"{row.Title}:", style.Dim), SafeText.Line(row.Value!) })],
            width: null, style.Ellipsis);
    }

    private static string SizeOf(SnapshotSize size) => size switch
    {
        { IsIncomplete: true } => "a file is missing",
        { Bytes: { } bytes } => SizeText.Of(bytes),
        _ => "unknown",
    };

    private static string DiskText(SnapshotDisk disk) =>
        disk.Image is { } image
            ? $"{Words.Of(disk.Location)}, {image}{(disk.Format is { } format ? $" ({Words.Of(format)})" : "")}"
            : disk.Location == SnapshotLocation.Manual ? "left to somebody else" : "not covered";
}
