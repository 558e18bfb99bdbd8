using System.Collections.Immutable;
using System.Globalization;
using Snaptree.Model;
using Snaptree.Platform;

namespace Snaptree.Cli.Virsh;

/// <param name="Succeeded">Of the last command that was run.</param>
/// <param name="HasEnded">A command asked for the end.</param>
internal readonly record struct RunOutcome(bool Succeeded, bool HasEnded);

/// <summary>Runs commands one after the other, whatever becomes of each, and tells their errors.</summary>
internal sealed class CommandRunner(VirshSession session, TimeProvider time, bool hasTiming)
{
    public async Task<RunOutcome> RunAsync(ImmutableArray<VirshCommand> commands, CancellationToken cancellationToken)
    {
        var succeeded = true;
        foreach (var command in commands)
        {
            var start = time.GetTimestamp();
            succeeded = await TryAsync(() => RunOneAsync(command, cancellationToken));
            if (command.Verb.IsEnd)
            {
                return new(succeeded, HasEnded: true);
            }

            EndCommand(time.GetElapsedTime(start));
        }

        return new(succeeded, HasEnded: false);
    }

    public Task<bool> TryConnectAsync() => TryAsync(() => session.ConnectedAsync(CancellationToken.None));

    private async Task RunOneAsync(VirshCommand command, CancellationToken cancellationToken)
    {
        var connection = command.Verb.IsLocal ? null : await session.ConnectedAsync(cancellationToken);
        await command.Verb.RunAsync(new VirshCall(command, session, connection), cancellationToken);
    }

    private void EndCommand(TimeSpan duration)
    {
        if (hasTiming)
        {
            session.Output.Print($"\n(Time: {duration.TotalMilliseconds.ToString("F3", CultureInfo.InvariantCulture)} ms)\n\n");
            return;
        }

        session.Output.Extra("\n");
    }

    /// <returns>False when it failed; the error has been told then.</returns>
    private async Task<bool> TryAsync(Func<Task> work)
    {
        try
        {
            await work();
            return true;
        }
        catch (VirshFailureException failure)
        {
            session.Output.ErrorUnlessSilent(failure.Line);
            session.Output.ErrorUnlessSilent(failure.Cause is { } cause ? LibvirtText.Of(cause) : null);
        }
        catch (SnapshotException error)
        {
            session.Output.Error(LibvirtText.Of(error));
        }
        catch (OperationCanceledException)
        {
            session.Output.Error("operation aborted: cancelled by the user; everything is as before");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or HomeUnknownException)
        {
            session.Output.Error(error.Message);
        }

        return false;
    }
}
