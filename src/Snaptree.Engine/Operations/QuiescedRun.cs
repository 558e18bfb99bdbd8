using Snaptree.Model;

namespace Snaptree.Engine;

/// <summary>
/// Runs an operation that freezes the guest. However it ends, the guest is thawed before the caller is told, or the caller is told, loudly,
/// that it may not be.
/// </summary>
public sealed class QuiescedRun(EngineParts parts, EngineSettings settings)
{
    /// <exception cref="SnapshotException">
    /// <see cref="ErrorCode.AgentUnresponsive"/>: the guest may still be frozen; the message says what became of the operation.
    /// </exception>
    internal async Task RunAsync(DomainRecord domain, Func<Task> operation)
    {
        try
        {
            await operation();
        }
        catch (Exception error) when (error is SnapshotException or OperationCanceledException or IOException)
        {
            await EnsureThawedAsync(domain, $"No snapshot was taken, or not wholly: {error.Message}", error);
            throw;
        }

        await EnsureThawedAsync(domain, "The snapshot was taken.");
    }

    /// <summary>Thaws what an operation, also one that has been recovered, left frozen. Cancelling is not heard: a frozen guest is worth waiting for.</summary>
    /// <param name="outcome">What became of the operation, a sentence.</param>
    /// <param name="cause">Its own error.</param>
    /// <exception cref="SnapshotException"><see cref="ErrorCode.AgentUnresponsive"/>: the guest may still be frozen.</exception>
    internal async Task EnsureThawedAsync(DomainRecord domain, string outcome, Exception? cause = null)
    {
        var (agent, spec) = (parts.Driver.Agent, StepContext.SpecOf(domain));
        var began = settings.Time.GetTimestamp();
        using var timer = new PeriodicTimer(settings.ThawInterval, settings.Time);
        while (agent.MayBeFrozen(spec))
        {
            try
            {
                await agent.ThawAsync(spec, CancellationToken.None);
                return;
            }
            catch (SnapshotException error)
            {
                if (settings.Time.GetElapsedTime(began) >= settings.ThawDeadline)
                {
                    throw StillFrozen(domain, outcome, error, cause);
                }
            }

            await timer.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    private static SnapshotException StillFrozen(DomainRecord domain, string outcome, SnapshotException thaw, Exception? cause) =>
        new(
            ErrorCode.AgentUnresponsive,
            $"THE FILE SYSTEMS OF '{domain.Name}' MAY STILL BE FROZEN: {thaw.Message}. {outcome}",
            $"Let the agent in the guest answer again and run 'snaptree recover {domain.Name}', or run 'fsfreeze -u MOUNTPOINT' in the guest. "
                + $"If the guest hangs for good, end it with 'snaptree vm destroy {domain.Name}'.",
            cause ?? thaw)
        {
            Domain = domain.Name.Value,
            IsUnfinished = cause is SnapshotException { IsUnfinished: true },
            Foreign = thaw.Foreign,
        };
}
