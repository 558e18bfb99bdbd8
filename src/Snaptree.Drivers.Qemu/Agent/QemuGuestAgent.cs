using Snaptree.Platform;

namespace Snaptree.Drivers.Qemu;

/// <inheritdoc cref="IGuestAgent"/>
internal sealed class QemuGuestAgent(QemuSettings settings, QemuConnections connections, ThawGuardLauncher guards) : IGuestAgent
{
    public bool MayBeFrozen(DomainSpec domain) =>
        domain.Instance is not null && new FreezeMark(connections.Instance(domain).AgentSocket).Exists && connections.IsAlive(domain);

    public async Task<int> FreezeAsync(DomainSpec domain, CancellationToken cancellationToken)
    {
        var instance = connections.Instance(domain);
        if (domain.Definition.Agent is null)
        {
            throw AgentErrors.NoChannel(domain);
        }

        await ThawAsync(domain, cancellationToken);
        return await TranslateAsync(domain, async () =>
        {
            using var agent = await ConnectAsync(instance, cancellationToken);
            if (await agent.StatusAsync(settings.AgentDeadline, cancellationToken) == AgentFreezeState.Frozen)
            {
                throw AgentErrors.FrozenByOthers(domain);
            }

            // The agent has just answered, so that a guard and a mark are left behind only where there may be something to thaw.
            await guards.StartAsync(instance, cancellationToken);
            return await agent.FreezeAsync(settings.FreezeDeadline, cancellationToken);
        });
    }

    public async Task<bool> ThawAsync(DomainSpec domain, CancellationToken cancellationToken)
    {
        if (!MayBeFrozen(domain))
        {
            return false;
        }

        var instance = connections.Instance(domain);
        return await TranslateAsync(domain, async () =>
        {
            using var agent = await ConnectAsync(instance, cancellationToken);
            await agent.ThawAsync(settings.AgentDeadline, cancellationToken);
            await guards.EndAsync(instance);
            return true;
        });
    }

    private Task<AgentClient> ConnectAsync(QemuInstance instance, CancellationToken cancellationToken) =>
        AgentClient.ConnectAsync(instance.AgentSocket, settings.AgentDeadline, settings.Time, cancellationToken);

    private static async Task<T> TranslateAsync<T>(DomainSpec domain, Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (AgentException error)
        {
            throw AgentErrors.From(error, domain);
        }
        catch (FileOperationException error)
        {
            throw QemuErrors.From(error, "keep the mark of a frozen guest");
        }
    }
}
