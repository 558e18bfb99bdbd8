using System.CommandLine;
using Snaptree.Model;

namespace Snaptree.Cli.Verbs;

/// <summary><c>snaptree rename</c>: gives a snapshot another name.</summary>
internal static class RenameVerb
{
    public static Command Build(CommandShell shell)
    {
        var domain = Symbols.Domain(shell);
        var snapshot = Symbols.Snapshot(shell, domain);
        var name = new Argument<string>("NAME") { Description = "Its new name." };
        var json = Symbols.Json();
        var command = new VerbCommand(
            "rename", "Give a snapshot another name; children, data and files stay.", "snaptree rename web1 2026-11-24T10-30-00 before-upgrade")
        {
            domain, snapshot, name, json, Symbols.Quiet(),
        };
        command.SetAction(async (parse, cancellationToken) =>
        {
            var found = Lookups.Domain(shell.Host, parse.GetRequiredValue(domain));
            var target = Lookups.Snapshot(shell.Host, found, parse.GetRequiredValue(snapshot));
            var wanted = SnapshotName.Parse(parse.GetRequiredValue(name));
            using (var progress = shell.StartProgress(parse))
            {
                await shell.Host.Snapshots.RenameAsync(found.Name.Value, target.Name.Value, wanted, progress, cancellationToken);
            }

            Outcomes.Tell(shell, parse, found, target, "renamed", $"Snapshot '{target.Name}' of '{found.Name}' is called '{wanted}' now.");
            return 0;
        });
        return command;
    }
}
