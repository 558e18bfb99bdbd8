using System.Globalization;
using Snaptree.Cli.Listing;
using Snaptree.Cli.Text;
using Snaptree.Model;

namespace Snaptree.Cli.Render;

/// <summary>A domain's snapshots one per line, oldest first, for pipes: whole names, absolute times, sizes in bytes.</summary>
internal static class FlatRenderer
{
    public static IEnumerable<string> Render(SnapshotListing listing, Style style)
    {
        var rows = new List<IReadOnlyList<Cell>> { TreeRenderer.Header(style, "NAME", "PARENT", "CURRENT", "CREATED", "KIND", "STATE") };
        rows.AddRange(listing.Tree.All.OrderBy(snapshot => snapshot.CreatedAt).ThenBy(snapshot => snapshot.Name.Value, StringComparer.Ordinal)
            .Select(snapshot => Row(listing, snapshot)));
        return TextTable.Lines(rows, width: null, style.Ellipsis);
    }

    private static List<Cell> Row(SnapshotListing listing, Snapshot snapshot) =>
    [
        SafeText.Line(snapshot.Name.Value),
        SafeText.Line(listing.Tree.ParentOf(snapshot)?.Name.Value ?? "-"),
        listing.Tree.Current?.Uuid == snapshot.Uuid ? "yes" : "no",
        snapshot.CreatedAt.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        $"{Words.Of(snapshot.Kind)}-{Words.PlaceOf(snapshot)}",
        Words.Of(snapshot.State),
        new Cell(listing.SizeOf(snapshot) is { IsIncomplete: false, Bytes: { } bytes } ? bytes.ToString(CultureInfo.InvariantCulture) : "-", Right: true),
    ];
}
