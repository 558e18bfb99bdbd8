using System.Globalization;
using Snaptree.Model;
using Snaptree.Platform;

namespace Snaptree.Engine;

/// <summary>One writer per domain: a lock that the system frees when its holder dies, and that names its holder to those it turns away.</summary>
public sealed class DomainLocks(EngineSettings settings)
{
    /// <param name="verb">What the holder does, for whoever is turned away.</param>
    /// <exception cref="SnapshotException"><see cref="ErrorCode.OperationTimeout"/> when another process holds the domain.</exception>
    public IDisposable Acquire(DomainRecord domain, string verb)
    {
        DurableFile.CreateDirectory(settings.LockFolder, OwnerOnly.Folder);
        var path = $"{settings.LockFolder}/{domain.Uuid}.lock";
        var now = settings.Time.GetUtcNow().ToString("HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
        return FileLock.TryAcquire(path, $"'{verb}' (process {Environment.ProcessId}, since {now})")
            ?? throw new SnapshotException(
                ErrorCode.OperationTimeout,
                $"domain '{domain.Name}' is held by {FileLock.ReadHolder(path) ?? "another process"}",
                "Wait until it has finished and try again; nothing was changed.")
            {
                Domain = domain.Name.Value,
            };
    }
}
