using Snaptree.Model;
using Snaptree.Platform;
using Snaptree.Qmp;

namespace Snaptree.Drivers.Qemu;

/// <summary>Opens QMP connections to the processes of domains and runs work on them, with errors translated at this one edge.</summary>
internal sealed class QemuConnections(QemuSettings settings)
{
    /// <summary>Between the loss of a connection and the end of the process that may explain it.</summary>
    private static readonly TimeSpan EndDeadline = TimeSpan.FromSeconds(1);

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
        var instance = Instance(domain);
        var logged = FileFacts.Read(instance.LogPath)?.SizeBytes ?? 0;
        try
        {
            await using var qmp = await QmpClient.ConnectAsync(socket, new QmpClientOptions { TimeProvider = settings.Time }, cancellationToken);
            return await work(qmp);
        }
        catch (QmpConnectionException error)
        {
            throw await HasEndedAsync(instance)
                ? QemuErrors.Ended(error, action, domain.Name, LogFile.ReadFrom(instance.LogPath, logged).Trim())
                : QemuErrors.From(error, action, domain.Name);
        }
        catch (QmpException error)
        {
            throw QemuErrors.From(error, action, domain.Name);
        }
    }

    /// <summary>A process that ends closes its sockets a moment before it is gone.</summary>
    private static async Task<bool> HasEndedAsync(QemuInstance instance) =>
        instance.FindProcess() is not { } process || await process.WaitForExitAsync(EndDeadline, CancellationToken.None);
}
