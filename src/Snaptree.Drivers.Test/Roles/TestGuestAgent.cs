namespace Snaptree.Drivers.Test;

/// <inheritdoc cref="IGuestAgent"/>
internal sealed class TestGuestAgent(TestHost host) : IGuestAgent
{
    /// <summary>What every guest has, as far as one can tell from outside.</summary>
    private static int FileSystemsOf(RunningProcess process) => process.Disks.Count(disk => disk is { IsWritable: true, Chain.IsEmpty: false });

    public async Task<int> FreezeAsync(DomainSpec domain, CancellationToken cancellationToken)
    {
        await host.ActAsync(DriverCall.Freeze, now => now.With(Listening(now, domain) with { IsFrozen = true }), cancellationToken);
        return host.World.Find(domain) is { } process ? FileSystemsOf(process) : 0;
    }

    public async Task<bool> ThawAsync(DomainSpec domain, CancellationToken cancellationToken)
    {
        var wasFrozen = MayBeFrozen(domain);
        await host.ActAsync(
            DriverCall.Thaw, now => MayBeFrozen(domain) ? now.With(Listening(now, domain) with { IsFrozen = false }) : now, cancellationToken);
        return wasFrozen;
    }

    public bool MayBeFrozen(DomainSpec domain) => host.World.Find(domain) is { IsFrozen: true };

    /// <summary>An agent is a program of the guest: it answers while the guest runs.</summary>
    private RunningProcess Listening(World now, DomainSpec domain) =>
        domain.Definition.Agent is null ? throw TestErrors.NoAgent(domain, "there is no channel to one")
        : !host.Settings.HasAgents ? throw TestErrors.NoAgent(domain, "there is none")
        : now.Find(domain) is { IsRunning: true } process ? process
        : throw TestErrors.NoAgent(domain, "the guest does not run");
}
