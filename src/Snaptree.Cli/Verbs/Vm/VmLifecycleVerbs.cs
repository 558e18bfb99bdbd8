using System.CommandLine;
using Snaptree.Engine;
using Snaptree.Model;

namespace Snaptree.Cli.Verbs.Vm;

/// <summary>The verbs that are one call to the engine and one sentence about it.</summary>
internal static class VmLifecycleVerbs
{
    private delegate Task Act(DomainService domains, string domain, IProgress<OperationProgress> progress, CancellationToken cancellationToken);

    public static Command Start(CommandShell shell)
    {
        var paused = new Option<bool>("--paused") { Description = "Leave the guest paused." };
        var domain = Symbols.Domain(shell);
        var command = new VerbCommand("start", "Start a domain.", "snaptree vm start web1") { domain, paused, Symbols.Quiet() };
        command.SetAction((parse, cancellationToken) => RunAsync(
            shell, parse, domain, parse.GetValue(paused) ? "started, paused" : "started",
            (domains, name, progress, token) => domains.StartAsync(name, parse.GetValue(paused) ? DomainStartFlags.Paused : DomainStartFlags.None, progress, token), cancellationToken));
        return command;
    }

    public static Command Destroy(CommandShell shell) => Simple(
        shell, "destroy", "End a guest at once, as pulling the plug; nothing is deleted.", "ended",
        (domains, name, progress, token) => domains.DestroyAsync(name, progress, token));

    public static Command Suspend(CommandShell shell) => Simple(
        shell, "suspend", "Pause a running guest.", "paused",
        (domains, name, progress, token) => domains.SuspendAsync(name, progress, token));

    public static Command Resume(CommandShell shell) => Simple(
        shell, "resume", "Let a paused guest go on.", "running",
        (domains, name, progress, token) => domains.ResumeAsync(name, progress, token));

    private static VerbCommand Simple(CommandShell shell, string verb, string description, string result, Act act)
    {
        var domain = Symbols.Domain(shell);
        var command = new VerbCommand(verb, description, $"snaptree vm {verb} web1") { domain, Symbols.Quiet() };
        command.SetAction((parse, cancellationToken) => RunAsync(shell, parse, domain, result, act, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        CommandShell shell, ParseResult parse, Argument<string> domain, string result, Act act, CancellationToken cancellationToken)
    {
        var found = Lookups.Domain(shell.Host, parse.GetRequiredValue(domain));
        using (var progress = shell.StartProgress(parse))
        {
            await act(shell.Host.Domains, found.Name.Value, progress, cancellationToken);
        }

        shell.Tell(parse, $"Domain '{found.Name}' {result}.");
        return 0;
    }
}
