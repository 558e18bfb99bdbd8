using Snaptree.Platform;

namespace Snaptree.Drivers.Qemu;

/// <summary>
/// The life of a guard: a process beside the one that freezes a guest. It waits until that one has ended, or has taken too long, and then
/// thaws the guest. Whoever thaws in time ends the guard.
/// </summary>
/// <param name="socket">The agent's socket.</param>
public sealed class ThawGuard(string socket, TimeProvider time)
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    private readonly FreezeMark mark = new(socket);

    /// <summary>For the agent to answer a question.</summary>
    public TimeSpan AgentDeadline { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>An agent that has not answered for so long will not any more.</summary>
    public TimeSpan RetryDeadline { get; init; } = TimeSpan.FromMinutes(30);

    /// <param name="watched">The process that freezes.</param>
    /// <param name="limit">How long it may hold the guest frozen.</param>
    /// <returns>False when the guest may still be frozen and the agent did not answer to the last.</returns>
    public async Task<bool> RunAsync(ProcessIdentity watched, TimeSpan limit, CancellationToken cancellationToken)
    {
        // From here on the guest may be frozen: this is also how whoever started us knows that we are there.
        await mark.SetAsync(ProcessIdentity.Find(Environment.ProcessId), cancellationToken);
        await watched.WaitForExitAsync(limit, cancellationToken);
        var began = time.GetTimestamp();
        using var timer = new PeriodicTimer(RetryInterval, time);
        while (mark.Exists)
        {
            if (await ThawAsync(cancellationToken))
            {
                return true;
            }

            if (time.GetElapsedTime(began) > RetryDeadline)
            {
                return false;
            }

            await timer.WaitForNextTickAsync(cancellationToken);
        }

        return true;
    }

    /// <returns>False when it has to be tried again.</returns>
    private async Task<bool> ThawAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var agent = await AgentClient.ConnectAsync(socket, AgentDeadline, time, cancellationToken);
            await agent.ThawAsync(AgentDeadline, cancellationToken);
            mark.Clear();
            return true;
        }
        catch (AgentException error)
        {
            return error is AgentSilentException { IsHypervisorGone: true };
        }
    }
}
