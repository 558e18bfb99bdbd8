using Snaptree.Model;

namespace Snaptree.Engine;

/// <summary>
/// The way into every change: find the domain, lock it, finish what a crash has left, and only then let the new operation begin.
/// </summary>
public sealed class DomainSessions(EngineParts parts, DomainLocks locks, OperationRunner runner)
{
    /// <exception cref="SnapshotException"><see cref="ErrorCode.NoDomain"/> when there is no such domain.</exception>
    public DomainRecord Find(string nameOrUuid) =>
        parts.Catalogue.FindDomain(nameOrUuid)
        ?? throw new SnapshotException(
            ErrorCode.NoDomain, $"there is no domain '{nameOrUuid}'", "List the domains with 'snaptree vm list'.")
        { Domain = nameOrUuid };

    /// <summary>The domain of a handle, by its UUID alone.</summary>
    /// <exception cref="SnapshotException"><see cref="ErrorCode.NoDomain"/> when it is gone.</exception>
    internal DomainRecord FindByUuid(DomainHandle domain) =>
        parts.Catalogue.FindDomain(domain.Uuid.ToString())
        ?? throw new SnapshotException(
            ErrorCode.NoDomain, $"no domain with matching uuid '{domain.Uuid}' ({domain.Name})", "List the domains and try again.")
        { Domain = domain.Name };

    /// <exception cref="SnapshotException"><see cref="ErrorCode.NoSnapshot"/> when the domain has no such snapshot.</exception>
    public Snapshot FindSnapshot(DomainRecord domain, string nameOrUuid) =>
        parts.Catalogue.FindSnapshot(domain.Uuid, nameOrUuid)
        ?? throw new SnapshotException(
            ErrorCode.NoSnapshot,
            $"domain '{domain.Name}' has no snapshot '{nameOrUuid}'",
            $"List its snapshots with 'snaptree list {domain.Name}'.")
        { Domain = domain.Name.Value };

    /// <summary>Locks, recovers, and gives the domain as it is then. Dispose of the session to unlock.</summary>
    public async Task<DomainSession> OpenAsync(
        string nameOrUuid, string verb, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        var held = locks.Acquire(Find(nameOrUuid), verb);
        try
        {
            await parts.Records.MendAsync(parts.Catalogue, Find(nameOrUuid), cancellationToken);
            var recovered = await RecoverAsync(Find(nameOrUuid), progress, cancellationToken);
            return new DomainSession(held, Find(nameOrUuid), recovered);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    private async Task<RecoveredOperation?> RecoverAsync(
        DomainRecord domain, IProgress<OperationProgress> progress, CancellationToken cancellationToken) =>
        parts.Journal.FindOpen(domain.Uuid) is { } open
            ? new RecoveredOperation(open.Title, await runner.RecoverAsync(open, progress, cancellationToken))
            : null;
}

/// <summary>An operation that a crash had left open, and how it ended.</summary>
public sealed record RecoveredOperation(string Title, OperationState Outcome);

/// <summary>A domain held for one writer.</summary>
public sealed record DomainSession(IDisposable Held, DomainRecord Domain, RecoveredOperation? Recovered) : IDisposable
{
    public void Dispose() => Held.Dispose();
}
