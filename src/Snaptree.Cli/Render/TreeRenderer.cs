using Snaptree.Cli.Listing;
using Snaptree.Cli.Text;
using Snaptree.Model;

namespace Snaptree.Cli.Render;

/// <summary>A domain's snapshots as a tree for people.</summary>
internal static class TreeRenderer
{
    private const string Here = "you are here";

    /// <summary>Cells that the columns after the name take.</summary>
    private const int OtherColumns = 56;
    private const int NarrowestBranch = 9;

    public static IEnumerable<string> Render(SnapshotListing listing, Style style)
    {
        var name = style.Bold(listing.Domain);
        if (listing.Tree.Count == 0)
        {
            yield return $"{name} ({listing.State}) has no snapshots yet. Take one with 'snaptree create {listing.Domain}'.";
        }
        else
        {
            foreach (var line in TextTable.Lines(Rows(listing, style), style.Width, style.Ellipsis))
            {
                yield return line;
            }
        }

        foreach (var hint in ListHints.Of(listing, style))
        {
            yield return hint;
        }
    }

    /// <summary>Half of what the other columns leave, so that names stay readable.</summary>
    private static int WidestBranch(Style style) => Math.Max(NarrowestBranch, (style.Width - OtherColumns) / 2);

    private static List<IReadOnlyList<Cell>> Rows(SnapshotListing listing, Style style)
    {
        var rows = new List<IReadOnlyList<Cell>> { Header(style, "NAME", "AGE", "KIND", "STATE") };
        foreach (var line in TreeWalk.Lines(listing.Tree, style, WidestBranch(style)))
        {
            rows.Add(line.Snapshot is { } snapshot ? Row(listing, style, line.Branch, snapshot) : HereRow(listing, style, line.Branch));
        }

        return rows;
    }

    internal static List<Cell> Header(Style style, params string[] titles) =>
        [.. titles.Select(title => new Cell(title, style.Dim)), new Cell("SIZE", style.Dim, Right: true)];

    private static List<Cell> Row(SnapshotListing listing, Style style, string branch, Snapshot snapshot) =>
    [
        branch + SafeText.Line(snapshot.Name.Value),
        AgeText.Of(snapshot.CreatedAt, listing.Now),
        KindOf(snapshot),
        Words.Of(snapshot.State),
        SizeCell(listing.SizeOf(snapshot), style),
    ];

    private static List<Cell> HereRow(SnapshotListing listing, Style style, string branch) =>
        [new Cell($"{branch}{(style.Unicode ? "●" : "*")} {Here}", style.Good), "now", "", new Cell(listing.State, style.Good), ""];

    internal static string KindOf(Snapshot snapshot) => $"{Words.Of(snapshot.Kind)}, {Words.PlaceOf(snapshot)}";

    private static Cell SizeCell(SnapshotSize size, Style style) => size switch
    {
        { IsIncomplete: true } => new Cell("file missing", style.Bad, Right: true),
        { Bytes: { } bytes } => new Cell(SizeText.Of(bytes), Right: true),
        _ => new Cell("?", Right: true),
    };
}
