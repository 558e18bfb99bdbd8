using Snaptree.Cli.Text;
using Snaptree.Model;

namespace Snaptree.Cli.Render;

/// <summary>One line of a drawn tree.</summary>
/// <param name="Snapshot">Null for the place where the domain is now.</param>
internal readonly record struct TreeLine(string Branch, Snapshot? Snapshot);

/// <summary>
/// The order and the branches of a drawn tree: parents before children, the oldest first, the present last among its siblings.
/// In a tree too deep for the terminal only forks are indented: what stands straight below a name is its only child.
/// </summary>
internal sealed class TreeWalk
{
    private const int Step = 3;

    private readonly SnapshotTree tree;
    private readonly string tee;
    private readonly string corner;
    private readonly string bar;
    private readonly string ellipsis;
    private readonly int widest;
    private readonly bool isDeep;
    private readonly Stack<(string Indent, string Joint, Snapshot? Node)> open = new();

    private TreeWalk(SnapshotTree tree, Style style, int widest)
    {
        (this.tree, this.widest, ellipsis) = (tree, widest, style.Ellipsis);
        (tee, corner, bar) = style.Unicode ? ("├─ ", "└─ ", "│  ") : ("|- ", "`- ", "|  ");
        isDeep = DepthOf(tree) * Step > widest;
    }

    /// <summary>
    /// The walk keeps its own stack and forgets the left end of branches wider than <paramref name="widest"/>, so that neither depth nor
    /// size of a tree can exhaust memory.
    /// </summary>
    public static IEnumerable<TreeLine> Lines(SnapshotTree tree, Style style, int widest) => new TreeWalk(tree, style, widest).Walk();

    private IEnumerable<TreeLine> Walk()
    {
        Push(Below(null), "", areJoined: isDeep);
        while (open.TryPop(out var here))
        {
            yield return new(here.Indent + here.Joint, here.Node);
            if (here.Node is not null)
            {
                Push(Below(here.Node), Cut(here.Indent + Continuation(here.Joint)), areJoined: true);
            }
        }
    }

    /// <summary>The last one first, as a stack wants them.</summary>
    private void Push(List<Snapshot?> siblings, string indent, bool areJoined)
    {
        var hasJoints = areJoined && (siblings.Count > 1 || !isDeep);
        for (var at = siblings.Count - 1; at >= 0; at--)
        {
            open.Push((indent, !hasJoints ? "" : at == siblings.Count - 1 ? corner : tee, siblings[at]));
        }
    }

    private string Continuation(string joint) => joint == tee ? bar : new string(' ', joint.Length);

    private string Cut(string indent) => indent.Length > widest ? ellipsis + indent[^(widest - ellipsis.Length)..] : indent;

    /// <summary>Children, and the present (null) after them where it belongs.</summary>
    private List<Snapshot?> Below(Snapshot? parent)
    {
        var below = (parent is null ? tree.Roots : tree.ChildrenOf(parent)).ToList<Snapshot?>();
        if (tree.Current?.Uuid == parent?.Uuid)
        {
            below.Add(null);
        }

        return below;
    }

    private static int DepthOf(SnapshotTree tree)
    {
        var depths = new Dictionary<Guid, int>();
        foreach (var snapshot in tree.Roots.SelectMany(root => tree.DescendantsOf(root).Prepend(root)))
        {
            depths[snapshot.Uuid] = snapshot.Parent is { } parent ? depths[parent] + 1 : 0;
        }

        return depths.Count == 0 ? 0 : depths.Values.Max() + 1;
    }
}
