using Snaptree.Model;
using Snaptree.Platform;
using Snaptree.Qmp;

namespace Snaptree.Drivers.Qemu;

/// <summary>Opens QMP connections to the processes of domains and runs work on them, with errors translated at this one edge.</summary>
internal sealed class QemuConnections(QemuSettings settings)
{
    internal QemuInstance Instance(DomainSpec domain) =>
        new(settings, domain.Definition, domain.Instance ?? throw new SnapshotException(
            ErrorCode.OperationInvalid, $"domain '{domain.Name}' is not running", "Start it first.")
        { Domain = domain.Name });

    /// <summary>The living process of the domain; null when it is shut off.</summary>
    internal ProcessIdentity? FindProcess(DomainSpec domain) =>
        domain.Instance is null ? null : Instance(domain).FindProcess();

    internal bool IsAlive(DomainSpec domain) => FindProcess(domain) is not null;

    /// <param name="action">What is being done, in the infinitive, for error messages.</param>
    internal Task OperateAsync(DomainSpec domain, string action, Func<QmpClient, Task> work, CancellationToken cancellationToken) =>
        OperateAsync(domain, action, async qmp => { await work(qmp); return true; }, cancellationToken);

    internal Task<T> OperateAsync<T>(DomainSpec domain, string action, Func<QmpClient, Task<T>> work, CancellationToken cancellationToken) =>
        RunAsync(Instance(domain).OperationSocket, domain, action, work, cancellationToken);

    internal Task<T> WatchAsync<T>(DomainSpec domain, string action, Func<QmpClient, Task<T>> work, CancellationToken cancellationToken) =>
        RunAsync(Instance(domain).WatchSocket, domain, action, work, cancellationToken);

    private async Task<T> RunAsync<T>(
        string socket, DomainSpec domain, string action, Func<QmpClient, Task<T>> work, CancellationToken cancellationToken)
    {
        try
        {
            await using var qmp = await QmpClient.ConnectAsync(socket, new QmpClientOptions { TimeProvider = settings.Time }, cancellationToken);
            return await work(qmp);
        }
        catch (QmpException error)
        {
            throw QemuErrors.From(error, action, domain.Name);
        }
    }
}
