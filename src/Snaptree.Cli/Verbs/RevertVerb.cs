using System.CommandLine;
using Snaptree.Cli.Edge;
using Snaptree.Engine;
using Snaptree.Model;

namespace Snaptree.Cli.Verbs;

/// <summary><c>snaptree revert</c>: puts a domain back to a snapshot.</summary>
internal sealed class RevertVerb
{
    private readonly CommandShell shell;
    private readonly bool explainOnly;
    private readonly Argument<string> domain;
    private readonly Argument<string> snapshot;
    private readonly Option<bool> running = new("--running") { Description = "Let the guest run afterwards, whatever the snapshot says." };
    private readonly Option<bool> paused = new("--paused") { Description = "Leave the guest paused afterwards, whatever the snapshot says." };
    private readonly Option<bool> force = new("--force") { Description = "Also give up a managed save, or end the guest before the other one is known to work." };
    private readonly Option<bool> discard = new("--discard-changes") { Description = "Give up what happened since the current snapshot." };
    private readonly Option<string?> saveAs = new("--save-as") { HelpName = "NAME", Description = "Take a snapshot of the present state first." };
    private readonly Option<bool> explain;
    private readonly Option<bool> json = Symbols.Json();

    private RevertVerb(CommandShell shell, bool explainOnly)
    {
        (this.shell, this.explainOnly) = (shell, explainOnly);
        domain = Symbols.Domain(shell);
        snapshot = Symbols.Snapshot(shell, domain);
        explain = Symbols.Explain(explainOnly);
    }

    public static Command Build(CommandShell shell, bool explainOnly = false)
    {
        var verb = new RevertVerb(shell, explainOnly);
        var command = new VerbCommand(
            "revert", "Put a domain back to a snapshot: disks, and memory when it was kept.",
            "snaptree revert web1 before-upgrade --save-as after-upgrade",
            "snaptree revert web1 before-upgrade --discard-changes --running")
        {
            verb.domain, verb.snapshot, verb.running, verb.paused, verb.force, verb.discard, verb.saveAs, verb.explain, verb.json, Symbols.Quiet(),
        };
        command.Exclusive(verb.running, verb.paused);
        command.Exclusive(verb.discard, verb.saveAs);
        command.SetAction(verb.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parse, CancellationToken cancellationToken)
    {
        var found = Lookups.Domain(shell.Host, parse.GetRequiredValue(domain));
        var target = Lookups.Snapshot(shell.Host, found, parse.GetRequiredValue(snapshot));
        var save = parse.GetValue(saveAs) is { } name ? new CreateRequest(SnapshotName.Parse(name)) : null;
        if (explainOnly || parse.GetValue(explain))
        {
            return await ExplainAsync(parse, found, target, save, cancellationToken);
        }

        if (save is null && !parse.GetValue(discard) && shell.Terminal.HasPerson)
        {
            await RefuseLossAsync(found, target, cancellationToken);
        }

        using (var progress = shell.StartProgress(parse))
        {
            if (save is not null)
            {
                await shell.Host.Snapshots.CreateAsync(found.Name.Value, save, progress, cancellationToken);
            }

            await RevertAsync(parse, found, target, save, progress, cancellationToken);
        }

        Outcomes.Tell(shell, parse, found, target, "reverted", $"Domain '{found.Name}' is back at snapshot '{target.Name}'.");
        return 0;
    }

    private async Task RevertAsync(
        ParseResult parse, DomainRecord found, Snapshot target, CreateRequest? saved, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        try
        {
            await shell.Host.Snapshots.RevertAsync(found.Name.Value, target.Name.Value, WishOf(parse), progress, cancellationToken);
        }
        catch (OperationCanceledException) when (saved is not null)
        {
            throw new CancelledWithRemainsException(
                $"Cancelled; the domain is as before, and its state is also kept as snapshot '{saved.Name}', taken a moment ago.");
        }
    }

    private async Task<int> ExplainAsync(
        ParseResult parse, DomainRecord found, Snapshot target, CreateRequest? save, CancellationToken cancellationToken)
    {
        var plans = new List<Plan>();
        if (save is not null)
        {
            plans.Add(await shell.Host.Snapshots.PlanCreateAsync(found.Name.Value, save, cancellationToken));
        }

        plans.Add(await shell.Host.Snapshots.PlanRevertAsync(found.Name.Value, target.Name.Value, WishOf(parse), cancellationToken));
        return Explaining.Print(shell, parse.GetValue(json), plans);
    }

    private async Task RefuseLossAsync(DomainRecord found, Snapshot target, CancellationToken cancellationToken)
    {
        var status = await shell.Host.Domains.StatusAsync(found.Name.Value, cancellationToken);
        if (PresentState.LossOf(status, shell.Host.Catalogue.LoadTree(found.Uuid), target) is { } loss)
        {
            throw new SnapshotException(
                ErrorCode.RevertRisky,
                $"reverting to '{target.Name}' would lose {loss}",
                "Say --save-as NAME to take a snapshot of it first, or --discard-changes to give it up.")
            { Domain = found.Name.Value };
        }
    }

    private RevertWish WishOf(ParseResult parse) =>
        new(
            parse.GetValue(running) ? RevertTarget.Running : parse.GetValue(paused) ? RevertTarget.Paused : RevertTarget.AsSnapshot,
            parse.GetValue(force));
}
