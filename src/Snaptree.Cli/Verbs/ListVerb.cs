using System.CommandLine;
using Snaptree.Cli.Json;
using Snaptree.Cli.Listing;
using Snaptree.Cli.Render;
using Snaptree.Platform;

namespace Snaptree.Cli.Verbs;

/// <summary><c>snaptree list</c>: a domain's snapshots.</summary>
internal static class ListVerb
{
    public static Command Build(CommandShell shell)
    {
        var domain = Symbols.Domain(shell);
        var tree = new Option<bool>("--tree") { Description = "Draw the tree also when the output is no terminal." };
        var flat = new Option<bool>("--flat") { Description = "One line per snapshot also on a terminal." };
        var json = Symbols.Json();
        var command = new VerbCommand("list", "Show a domain's snapshots, as a tree on a terminal.", "snaptree list web1", "snaptree list web1 --json")
        {
            domain, tree, flat, json,
        };
        command.Exclusive(tree, flat, json);
        command.SetAction(async (parse, cancellationToken) =>
        {
            var listing = await ReadAsync(shell, parse.GetRequiredValue(domain), cancellationToken);
            var asTree = parse.GetValue(tree) || (shell.Terminal.OutIsTerminal && !parse.GetValue(flat));
            if (parse.GetValue(json))
            {
                shell.PrintJson(writer => SnapshotShape.WriteListing(writer, listing));
                return 0;
            }

            shell.Print(asTree ? TreeRenderer.Render(listing, shell.Terminal.Style) : FlatRenderer.Render(listing, shell.Terminal.Style));
            return 0;
        });
        return command;
    }

    internal static async Task<SnapshotListing> ReadAsync(CommandShell shell, string name, CancellationToken cancellationToken)
    {
        var domain = Lookups.Domain(shell.Host, name);
        var found = await DomainListing.ReadAsync(shell.Host, domain, error => Warnings.Write(shell, error), cancellationToken);
        return SnapshotListing.Of(domain, found.Status, found.Tree, path => FileFacts.Read(path)?.AllocatedBytes, shell.Time.GetUtcNow());
    }
}
