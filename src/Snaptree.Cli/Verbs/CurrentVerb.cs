using System.CommandLine;
using Snaptree.Cli.Json;
using Snaptree.Cli.Listing;
using Snaptree.Model;

namespace Snaptree.Cli.Verbs;

/// <summary><c>snaptree current</c>: the snapshot that the present state descends from.</summary>
internal static class CurrentVerb
{
    public static Command Build(CommandShell shell)
    {
        var domain = Symbols.Domain(shell);
        var json = Symbols.Json();
        var command = new VerbCommand("current", "Print the name of a domain's current snapshot.", "snaptree current web1") { domain, json };
        command.SetAction(parse =>
        {
            var found = Lookups.Domain(shell.Host, parse.GetRequiredValue(domain));
            var tree = shell.Host.Catalogue.LoadTree(found.Uuid);
            var current = tree.Current ?? throw new SnapshotException(
                ErrorCode.NoSnapshot, $"domain '{found.Name}' has no current snapshot", $"Take one with 'snaptree create {found.Name}'.")
            { Domain = found.Name.Value };
            if (parse.GetValue(json))
            {
                shell.PrintJson(writer => SnapshotShape.Write(writer, current, tree, SnapshotSize.Unknown));
                return 0;
            }

            shell.Print([current.Name.Value]);
            return 0;
        });
        return command;
    }
}
