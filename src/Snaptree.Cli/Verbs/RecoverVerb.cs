using System.CommandLine;
using System.Text.Json;
using Snaptree.Cli.Edge;
using Snaptree.Cli.Json;
using Snaptree.Cli.Text;
using Snaptree.Engine;
using Snaptree.Model;

namespace Snaptree.Cli.Verbs;

/// <summary><c>snaptree recover</c>: finishes or undoes what a crash has left.</summary>
internal sealed class RecoverVerb
{
    private readonly CommandShell shell;
    private readonly Argument<string?> domain = new("DOMAIN") { Arity = ArgumentArity.ZeroOrOne, Description = "Name or UUID of the domain; all domains when not given." };
    private readonly Option<bool> json = Symbols.Json();

    private RecoverVerb(CommandShell shell)
    {
        this.shell = shell;
        domain.CompletionSources.AddRange(Symbols.Domain(shell).CompletionSources);
    }

    public static Command Build(CommandShell shell)
    {
        var verb = new RecoverVerb(shell);
        var command = new VerbCommand(
            "recover", "Finish or undo what a crash has left, in one domain or in all.", "snaptree recover", "snaptree recover web1")
        {
            verb.domain, verb.json, Symbols.Quiet(),
        };
        command.SetAction(verb.RunAsync);
        return command;
    }

    /// <summary>One domain that cannot be recovered does not keep the others waiting; the first failure gives the exit code.</summary>
    private async Task<int> RunAsync(ParseResult parse, CancellationToken cancellationToken)
    {
        IReadOnlyList<DomainRecord> domains =
            parse.GetValue(domain) is { } name ? [Lookups.Domain(shell.Host, name)] : shell.Host.Catalogue.ListDomains();
        var results = new List<RecoveryResult>();
        using (var progress = shell.StartProgress(parse))
        {
            foreach (var one in domains)
            {
                results.Add(await RecoverAsync(one, progress, cancellationToken));
            }
        }

        if (parse.GetValue(json))
        {
            shell.PrintJson(writer => Write(writer, results));
        }
        else
        {
            Tell(parse, results);
        }

        return results.FirstOrDefault(result => result.Error is not null)?.Error is { } error ? ExitCodes.Of(error) : ExitCodes.Ok;
    }

    private async Task<RecoveryResult> RecoverAsync(DomainRecord one, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        try
        {
            return new(one.Name.Value, await shell.Host.Snapshots.RecoverAsync(one.Name.Value, progress, cancellationToken), null);
        }
        catch (SnapshotException error)
        {
            return new(one.Name.Value, null, error);
        }
    }

    private void Tell(ParseResult parse, List<RecoveryResult> results)
    {
        foreach (var result in results)
        {
            switch (result)
            {
                case { Error: { } error }:
                    ErrorReport.Write(shell.Terminal, error, asJson: false);
                    break;
                case { Recovered: { } done }:
                    shell.Tell(parse, $"{result.Domain}: {SafeText.Line(done.Title)}: {(done.Outcome == OperationState.Undone ? "undone, everything is as before it" : "finished")}.");
                    break;
            }
        }

        if (results.TrueForAll(result => result is { Error: null, Recovered: null }))
        {
            shell.Tell(parse, "Nothing to recover.");
        }
    }

    private static void Write(Utf8JsonWriter json, List<RecoveryResult> results)
    {
        json.WriteStartObject();
        json.WriteStartArray("domains");
        foreach (var result in results)
        {
            json.WriteStartObject();
            json.WriteString("domain", result.Domain);
            json.Text("operation", result.Recovered?.Title);
            json.WriteString("outcome", OutcomeOf(result));
            if (result.Error is { } error)
            {
                json.WriteStartObject("error");
                ErrorShape.WriteMembers(json, error);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static string OutcomeOf(RecoveryResult result) => result switch
    {
        { Error: not null } => "failed",
        { Recovered.Outcome: OperationState.Undone } => "undone",
        { Recovered: not null } => "finished",
        _ => "nothing",
    };

    private sealed record RecoveryResult(string Domain, RecoveredOperation? Recovered, SnapshotException? Error);
}
