using System.CommandLine;
using Snaptree.Cli.Edge;
using Snaptree.Cli.Text;
using Snaptree.Engine;
using Snaptree.Model;

namespace Snaptree.Cli.Verbs.Vm;

/// <summary><c>snaptree vm stop</c>: asks the guest to switch itself off and waits for it.</summary>
internal static class VmStopVerb
{
    private static readonly TimeSpan UsualLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(250);

    public static Command Build(CommandShell shell)
    {
        var domain = Symbols.Domain(shell);
        var limit = Symbols.Duration("--timeout", "How long to wait for the guest.", UsualLimit);
        var command = new VerbCommand(
            "stop", "Ask a guest to shut down (power button) and wait until it is off.", "snaptree vm stop web1 --timeout 2m")
        {
            domain, limit, Symbols.Quiet(),
        };
        command.SetAction(async (parse, cancellationToken) =>
        {
            var found = Lookups.Domain(shell.Host, parse.GetRequiredValue(domain));
            using (var progress = shell.StartProgress(parse))
            {
                await shell.Host.Domains.ShutdownAsync(found.Name.Value, progress, cancellationToken);
            }

            await WaitAsync(shell, found, parse.GetValue(limit), cancellationToken);
            shell.Tell(parse, $"Domain '{found.Name}' is off.");
            return 0;
        });
        return command;
    }

    private static async Task WaitAsync(CommandShell shell, DomainRecord domain, TimeSpan limit, CancellationToken cancellationToken)
    {
        var begun = shell.Time.GetTimestamp();
        try
        {
            while ((await shell.Host.Domains.StatusAsync(domain.Name.Value, cancellationToken)).View.IsActive)
            {
                if (shell.Time.GetElapsedTime(begun) >= limit)
                {
                    throw new SnapshotException(
                        ErrorCode.OperationTimeout,
                        $"domain '{domain.Name}' was asked to shut down and is still on after {DurationText.Of(limit)}",
                        $"Wait longer with --timeout, or end it at once with 'snaptree vm destroy {domain.Name}'.")
                    { Domain = domain.Name.Value };
                }

                await Task.Delay(BetweenLooks, shell.Time, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw new CancelledWithRemainsException($"Stopped waiting; domain '{domain.Name}' has been asked to shut down and may still do so.");
        }
    }
}
