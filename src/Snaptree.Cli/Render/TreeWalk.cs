using Snaptree.Cli.Text;
using Snaptree.Model;

namespace Snaptree.Cli.Render;

/// <summary>One line of a drawn tree.</summary>
/// <param name="Snapshot">Null for the place where the domain is now.</param>
internal readonly record struct TreeLine(string Branch, Snapshot? Snapshot);

/// <summary>The order and the branches of a drawn tree: parents before children, the oldest first, the present last among its siblings.</summary>
internal static class TreeWalk
{
    /// <summary>
    /// The walk keeps its own stack and forgets the left end of branches wider than <paramref name="widest"/>, so that neither depth nor
    /// size of a tree can exhaust memory.
    /// </summary>
    public static IEnumerable<TreeLine> Lines(SnapshotTree tree, Style style, int widest)
    {
        var (tee, corner, bar) = style.Unicode ? ("├─ ", "└─ ", "│  ") : ("|- ", "`- ", "|  ");
        var open = new Stack<(string Indent, string Joint, Snapshot? Node)>();
        var roots = Below(tree, null);
        for (var at = roots.Count - 1; at >= 0; at--)
        {
            open.Push(("", "", roots[at]));
        }

        while (open.TryPop(out var here))
        {
            yield return new(here.Indent + here.Joint, here.Node);
            if (here.Node is null)
            {
                continue;
            }

            var indent = here.Indent + (here.Joint == tee ? bar : here.Joint == corner ? "   " : "");
            indent = indent.Length > widest ? style.Ellipsis + indent[^(widest - style.Ellipsis.Length)..] : indent;
            var children = Below(tree, here.Node);
            for (var at = children.Count - 1; at >= 0; at--)
            {
                open.Push((indent, at == children.Count - 1 ? corner : tee, children[at]));
            }
        }
    }

    /// <summary>Children, and the present (null) after them where it belongs.</summary>
    private static List<Snapshot?> Below(SnapshotTree tree, Snapshot? parent)
    {
        var below = (parent is null ? tree.Roots : tree.ChildrenOf(parent)).ToList<Snapshot?>();
        if (tree.Current?.Uuid == parent?.Uuid)
        {
            below.Add(null);
        }

        return below;
    }
}
