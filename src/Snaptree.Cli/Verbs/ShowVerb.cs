using System.CommandLine;
using Snaptree.Cli.Json;
using Snaptree.Cli.Render;

namespace Snaptree.Cli.Verbs;

/// <summary><c>snaptree show</c>: everything about one snapshot.</summary>
internal static class ShowVerb
{
    public static Command Build(CommandShell shell)
    {
        var domain = Symbols.Domain(shell);
        var snapshot = Symbols.Snapshot(shell, domain);
        var json = Symbols.Json();
        var command = new VerbCommand("show", "Show one snapshot: kind, relatives, files.", "snaptree show web1 before-upgrade") { domain, snapshot, json };
        command.SetAction(async (parse, cancellationToken) =>
        {
            var found = Lookups.Domain(shell.Host, parse.GetRequiredValue(domain));
            var target = Lookups.Snapshot(shell.Host, found, parse.GetRequiredValue(snapshot));
            var listing = await ListVerb.ReadAsync(shell, found.Name.Value, cancellationToken);
            if (parse.GetValue(json))
            {
                shell.PrintJson(writer => SnapshotShape.Write(writer, target, listing.Tree, listing.SizeOf(target)));
                return 0;
            }

            shell.Print(SnapshotDetails.Render(target, listing, shell.Terminal.Style));
            return 0;
        });
        return command;
    }
}
