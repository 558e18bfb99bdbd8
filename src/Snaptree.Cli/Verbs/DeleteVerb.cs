using System.CommandLine;

namespace Snaptree.Cli.Verbs;

/// <summary><c>snaptree delete</c>: gives a snapshot up and folds its data into its neighbours.</summary>
internal static class DeleteVerb
{
    public static Command Build(CommandShell shell, bool explainOnly = false)
    {
        var domain = Symbols.Domain(shell);
        var snapshot = Symbols.Snapshot(shell, domain);
        var explain = Symbols.Explain(explainOnly);
        var json = Symbols.Json();
        var command = new VerbCommand(
            "delete", "Delete a snapshot; its children and the guest's present state stay.",
            "snaptree delete web1 before-upgrade",
            "snaptree delete web1 before-upgrade --explain")
        {
            domain, snapshot, explain, json, Symbols.Quiet(),
        };
        command.SetAction(async (parse, cancellationToken) =>
        {
            var found = Lookups.Domain(shell.Host, parse.GetRequiredValue(domain));
            var target = Lookups.Snapshot(shell.Host, found, parse.GetRequiredValue(snapshot));
            if (explainOnly || parse.GetValue(explain))
            {
                var plan = await shell.Host.Snapshots.PlanDeleteAsync(found.Name.Value, target.Name.Value, cancellationToken);
                return Explaining.Print(shell, parse.GetValue(json), plan);
            }

            using (var progress = shell.StartProgress(parse))
            {
                await shell.Host.Snapshots.DeleteAsync(found.Name.Value, target.Name.Value, progress, cancellationToken);
            }

            Outcomes.Tell(shell, parse, found, target, "deleted", $"Snapshot '{target.Name}' of '{found.Name}' deleted.");
            return 0;
        });
        return command;
    }
}
