using Snaptree.Cli.Listing;
using Snaptree.Cli.Text;

namespace Snaptree.Cli.Render;

/// <summary>What somebody who looks at a list should know besides.</summary>
internal static class ListHints
{
    public static IEnumerable<string> Of(SnapshotListing listing, Style style)
    {
        if (listing.Unfinished is { } title)
        {
            yield return style.Warn($"An operation is not finished: {SafeText.Line(title)}.");
            yield return $"Finish or undo it with 'snaptree recover {listing.Domain}' (the next change to this domain does it first, too).";
        }

        if (listing.Tree.All.FirstOrDefault(snapshot => listing.SizeOf(snapshot).IsIncomplete) is { } broken)
        {
            yield return style.Bad($"A file is missing; see which with 'snaptree show {listing.Domain} {SafeText.Line(broken.Name.Value)}'.");
        }
    }
}
