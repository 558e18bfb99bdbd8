using System.CommandLine;
using Snaptree.Engine;

namespace Snaptree.Cli.Verbs;

/// <summary><c>snaptree delete</c>: gives a snapshot up and folds its data into its neighbours.</summary>
internal static class DeleteVerb
{
    public static Command Build(CommandShell shell, bool explainOnly = false)
    {
        var domain = Symbols.Domain(shell);
        var snapshot = Symbols.Snapshot(shell, domain);
        var children = new Option<bool>("--children") { Description = "Delete everything below it too; the guest's present state stays." };
        var childrenOnly = new Option<bool>("--children-only") { Description = "Delete everything below it and keep the snapshot itself." };
        var metadataOnly = new Option<bool>("--metadata-only") { Description = "Forget it and leave images and memory files as they are." };
        var explain = Symbols.Explain(explainOnly);
        var json = Symbols.Json();
        var command = new VerbCommand(
            "delete", "Delete a snapshot; its children and the guest's present state stay.",
            "snaptree delete web1 before-upgrade",
            "snaptree delete web1 before-upgrade --children --explain")
        {
            domain, snapshot, children, childrenOnly, metadataOnly, explain, json, Symbols.Quiet(),
        };
        command.Exclusive(children, childrenOnly);
        command.SetAction(async (parse, cancellationToken) =>
        {
            var found = Lookups.Domain(shell.Host, parse.GetRequiredValue(domain));
            var target = Lookups.Snapshot(shell.Host, found, parse.GetRequiredValue(snapshot));
            var request = new DeleteRequest(
                parse.GetValue(children) ? DeleteScope.Subtree : parse.GetValue(childrenOnly) ? DeleteScope.Descendants : DeleteScope.Snapshot)
            {
                MetadataOnly = parse.GetValue(metadataOnly),
            };
            if (explainOnly || parse.GetValue(explain))
            {
                var plan = await shell.Host.Snapshots.PlanDeleteAsync(found.Name.Value, target.Name.Value, request, cancellationToken);
                return Explaining.Print(shell, parse.GetValue(json), plan);
            }

            using (var progress = shell.StartProgress(parse))
            {
                await shell.Host.Snapshots.DeleteAsync(found.Name.Value, target.Name.Value, request, progress, cancellationToken);
            }

            var what = request.Scope switch
            {
                DeleteScope.Subtree => $"Snapshot '{target.Name}' of '{found.Name}' and everything below it",
                DeleteScope.Descendants => $"Everything below snapshot '{target.Name}' of '{found.Name}'",
                _ => $"Snapshot '{target.Name}' of '{found.Name}'",
            };
            Outcomes.Tell(shell, parse, found, target, "deleted", $"{what} {(request.MetadataOnly ? "forgotten" : "deleted")}.");
            return 0;
        });
        return command;
    }
}
