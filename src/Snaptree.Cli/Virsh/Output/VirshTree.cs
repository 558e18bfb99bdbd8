namespace Snaptree.Cli.Virsh;

/// <summary>
/// virsh's tree: every name without a parent is a root, and a leaf that ends its group is followed by a line of blanks only.
/// </summary>
/// <param name="names">In the order in which siblings are shown.</param>
/// <param name="parentOf">A name's parent; null for a root.</param>
internal sealed class VirshTree(IReadOnlyList<string> names, Func<string, string?> parentOf)
{
    private readonly ILookup<string, string> children =
        names.Select(name => (Name: name, Parent: parentOf(name))).Where(pair => pair.Parent is not null).ToLookup(pair => pair.Parent!, pair => pair.Name);

    public void Print(VirshOutput output)
    {
        foreach (var root in names.Where(name => parentOf(name) is null))
        {
            output.Print($"{root}\n");
            PrintBelow(output, root, indent: "", isLast: true);
        }
    }

    private void PrintBelow(VirshOutput output, string name, string indent, bool isLast)
    {
        var below = children[name].ToList();
        if (below.Count == 0)
        {
            output.Print(isLast ? $"{indent}\n" : "");
            return;
        }

        output.Print($"{indent}  |\n");
        foreach (var child in below)
        {
            var ends = child == below[^1];
            output.Print($"{indent}  +- {child}\n");
            PrintBelow(output, child, indent + (ends ? "    " : "  | "), ends);
        }
    }
}
