using Snaptree.Model;

namespace Snaptree.Engine;

/// <summary>
/// Takes, reverts to and deletes snapshots. Each verb exists twice: <c>Plan…</c> decides and changes nothing (<c>--explain</c>), the verb itself
/// locks the domain, recovers what a crash left, plans on fresh facts and acts.
/// </summary>
public sealed class SnapshotService(EngineParts parts, DomainSessions sessions, FactGatherer gatherer, OperationRunner runner)
{
    /// <summary>libvirt: <c>virDomainSnapshotCreateXML</c>. Changes nothing.</summary>
    public async Task<Plan> PlanCreateAsync(string domain, CreateRequest request, CancellationToken cancellationToken) =>
        (await PlanCreateAsync(sessions.Find(domain), request, cancellationToken)).Plan;

    /// <returns>The new snapshot.</returns>
    public async Task<Snapshot> CreateAsync(
        string domain, CreateRequest request, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        using var session = await sessions.OpenAsync(domain, $"create {request.Name}", progress, cancellationToken);
        var (plan, facts) = await PlanCreateAsync(session.Domain, request, cancellationToken);
        await runner.RunAsync(session.Domain.Uuid, plan, progress, cancellationToken);
        return sessions.FindSnapshot(session.Domain, facts.NewUuid.ToString());
    }

    /// <summary>libvirt: <c>virDomainRevertToSnapshot</c>. Changes nothing.</summary>
    public async Task<Plan> PlanRevertAsync(string domain, string snapshot, RevertTarget target, CancellationToken cancellationToken) =>
        await PlanRevertAsync(sessions.Find(domain), snapshot, target, cancellationToken);

    public async Task RevertAsync(
        string domain, string snapshot, RevertTarget target, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        using var session = await sessions.OpenAsync(domain, $"revert {snapshot}", progress, cancellationToken);
        var plan = await PlanRevertAsync(session.Domain, snapshot, target, cancellationToken);
        await runner.RunAsync(session.Domain.Uuid, plan, progress, cancellationToken);
    }

    /// <summary>libvirt: <c>virDomainSnapshotDelete</c>, data merged. Changes nothing.</summary>
    public async Task<Plan> PlanDeleteAsync(string domain, string snapshot, CancellationToken cancellationToken) =>
        await PlanDeleteAsync(sessions.Find(domain), snapshot, cancellationToken);

    public async Task DeleteAsync(string domain, string snapshot, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        using var session = await sessions.OpenAsync(domain, $"delete {snapshot}", progress, cancellationToken);
        var plan = await PlanDeleteAsync(session.Domain, snapshot, cancellationToken);
        await runner.RunAsync(session.Domain.Uuid, plan, progress, cancellationToken);
    }

    /// <summary>Ends what a crash has left open on the domain; null when there was nothing.</summary>
    public async Task<RecoveredOperation?> RecoverAsync(string domain, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        using var session = await sessions.OpenAsync(domain, "recover", progress, cancellationToken);
        return session.Recovered;
    }

    private async Task<(Plan Plan, PlanFacts Facts)> PlanCreateAsync(DomainRecord domain, CreateRequest request, CancellationToken cancellationToken)
    {
        if (parts.Catalogue.FindSnapshot(domain.Uuid, request.Name.Value) is not null)
        {
            throw new SnapshotException(
                ErrorCode.OperationFailed,
                $"domain '{domain.Name}' already has a snapshot called '{request.Name}'",
                "Choose another name; nothing was changed.")
            { Domain = domain.Name.Value };
        }

        var facts = await gatherer.GatherAsync(domain, cancellationToken);
        RefuseTakenPaths(domain, request);
        return (CreatePlanner.Plan(facts, request), facts);
    }

    private async Task<Plan> PlanRevertAsync(DomainRecord domain, string name, RevertTarget target, CancellationToken cancellationToken)
    {
        var snapshot = sessions.FindSnapshot(domain, name);
        var facts = await gatherer.GatherAsync(domain, cancellationToken);
        var memory = snapshot.MemoryPath is { } path ? await parts.Driver.Memory.ReadAsync(path, cancellationToken) : null;
        return RevertPlanner.Plan(facts, new RevertRequest(snapshot, parts.Catalogue.DomainXmlOf(snapshot.Uuid), memory, target));
    }

    private async Task<Plan> PlanDeleteAsync(DomainRecord domain, string name, CancellationToken cancellationToken)
    {
        var snapshot = sessions.FindSnapshot(domain, name);
        return DeletePlanner.Plan(await gatherer.GatherAsync(domain, cancellationToken), snapshot);
    }

    private void RefuseTakenPaths(DomainRecord domain, CreateRequest request)
    {
        var wanted = request.Disks.Select(disk => disk.Overlay?.Value).Append(request.MemoryPath);
        if (wanted.FirstOrDefault(path => path is not null && parts.Driver.Store.Exists(path)) is { } taken)
        {
            throw new SnapshotException(
                ErrorCode.ConfigUnsupported, $"{taken} exists already", "Choose another path, or move the file away; nothing was changed.")
            { Domain = domain.Name.Value };
        }
    }
}
