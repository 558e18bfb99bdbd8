using Snaptree.Model;

namespace Snaptree.Engine;

/// <summary>
/// Takes, reverts to and deletes snapshots. Each verb exists twice: <c>Plan…</c> decides and changes nothing (<c>--explain</c>), the verb itself
/// locks the domain, recovers what a crash left, plans on fresh facts and acts.
/// </summary>
public sealed class SnapshotService(
    EngineParts parts, DomainSessions sessions, FactGatherer gatherer, OperationRunner runner, QuiescedRun quiesced)
{
    /// <summary>libvirt: <c>virDomainSnapshotCreateXML</c>. Changes nothing.</summary>
    public async Task<Plan> PlanCreateAsync(string domain, CreateRequest request, CancellationToken cancellationToken) =>
        (await PlanCreateAsync(sessions.Find(domain), _ => request, cancellationToken)).Plan;

    /// <returns>The new snapshot.</returns>
    public async Task<Snapshot> CreateAsync(
        string domain, CreateRequest request, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        using var session = await sessions.OpenAsync(domain, $"create {request.Name}", progress, cancellationToken);
        var (plan, facts, _) = await PlanCreateAsync(session.Domain, _ => request, cancellationToken);
        await RunCreateAsync(session.Domain, request, plan, progress, cancellationToken);
        return sessions.FindSnapshot(session.Domain, facts.NewUuid.ToString());
    }

    /// <summary>As <see cref="CreateAsync(string, CreateRequest, IProgress{OperationProgress}, CancellationToken)"/>, for a wish that depends on the domain.</summary>
    /// <param name="ask">Says what to take, told the facts once the domain is held.</param>
    /// <returns>The name under which it was asked for.</returns>
    internal async Task<SnapshotName> CreateAsync(
        string domain, Func<PlanFacts, CreateRequest> ask, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        using var session = await sessions.OpenAsync(domain, "create", progress, cancellationToken);
        var (plan, _, request) = await PlanCreateAsync(session.Domain, ask, cancellationToken);
        await RunCreateAsync(session.Domain, request, plan, progress, cancellationToken);
        return request.Name;
    }

    /// <summary>libvirt: <c>virDomainRevertToSnapshot</c>. Changes nothing.</summary>
    public async Task<Plan> PlanRevertAsync(string domain, string snapshot, RevertWish wish, CancellationToken cancellationToken) =>
        await PlanRevertAsync(sessions.Find(domain), snapshot, wish, cancellationToken);

    public async Task RevertAsync(
        string domain, string snapshot, RevertWish wish, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        using var session = await sessions.OpenAsync(domain, $"revert {snapshot}", progress, cancellationToken);
        var plan = await PlanRevertAsync(session.Domain, snapshot, wish, cancellationToken);
        await runner.RunAsync(session.Domain.Uuid, plan, progress, cancellationToken);
    }

    /// <summary>libvirt: <c>virDomainSnapshotDelete</c>. Changes nothing.</summary>
    public async Task<Plan> PlanDeleteAsync(
        string domain, string snapshot, DeleteRequest request, CancellationToken cancellationToken) =>
        await PlanDeleteAsync(sessions.Find(domain), snapshot, request, cancellationToken);

    public async Task DeleteAsync(
        string domain, string snapshot, DeleteRequest request, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        using var session = await sessions.OpenAsync(domain, $"delete {snapshot}", progress, cancellationToken);
        var plan = await PlanDeleteAsync(session.Domain, snapshot, request, cancellationToken);
        await runner.RunAsync(session.Domain.Uuid, plan, progress, cancellationToken);
    }

    /// <summary>Gives the snapshot another name; children, data and files stay as they are. libvirt has no such call.</summary>
    /// <exception cref="SnapshotException"><see cref="ErrorCode.OperationFailed"/> when the name is taken.</exception>
    public async Task RenameAsync(
        string domain, string snapshot, SnapshotName name, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        using var session = await sessions.OpenAsync(domain, $"rename {snapshot}", progress, cancellationToken);
        var found = sessions.FindSnapshot(session.Domain, snapshot);
        RefuseTakenName(session.Domain, name);
        var children = parts.Catalogue.ChildrenOf(found.Uuid);
        await runner.RunAsync(session.Domain.Uuid, RenamePlanner.Plan(session.Domain, found, children, name), progress, cancellationToken);
    }

    /// <summary>Tells a snapshot anew, or tells one that is not known here; no data are touched.</summary>
    /// <returns>Its name.</returns>
    internal async Task<SnapshotName> RedefineAsync(
        string domain, Func<DomainRecord, RedefineRequest> ask, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        using var session = await sessions.OpenAsync(domain, "redefine", progress, cancellationToken);
        var request = ask(session.Domain);
        var images = parts.Catalogue.ListImages(session.Domain.Uuid);
        await runner.RunAsync(session.Domain.Uuid, RedefinePlanner.Plan(session.Domain, request, images), progress, cancellationToken);
        return request.Entry.Snapshot.Name;
    }

    /// <summary>Ends what a crash has left open on the domain, a guest that was left frozen too; null when there was nothing.</summary>
    /// <exception cref="SnapshotException"><see cref="ErrorCode.AgentUnresponsive"/>: the guest may still be frozen.</exception>
    public async Task<RecoveredOperation?> RecoverAsync(string domain, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        using var session = await sessions.OpenAsync(domain, "recover", progress, cancellationToken);
        await quiesced.EnsureThawedAsync(session.Domain, "No operation is open.");
        return session.Recovered;
    }

    private Task RunCreateAsync(
        DomainRecord domain, CreateRequest request, Plan plan, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        Task Run() => runner.RunAsync(domain.Uuid, plan, progress, cancellationToken);
        return request.Quiesce ? quiesced.RunAsync(domain, Run) : Run();
    }

    private async Task<(Plan Plan, PlanFacts Facts, CreateRequest Request)> PlanCreateAsync(
        DomainRecord domain, Func<PlanFacts, CreateRequest> ask, CancellationToken cancellationToken)
    {
        var facts = await gatherer.GatherAsync(domain, FactScope.Present, cancellationToken);
        var request = ask(facts);
        RefuseTakenName(domain, request.Name);
        RefuseTakenPaths(domain, request);
        if (request.ReuseExternal)
        {
            var reused = request.Disks.Select(disk => disk.Overlay).OfType<ImagePath>();
            facts = await gatherer.GatherAsync(domain, FactScope.Present, reused, cancellationToken) with { Now = facts.Now };
        }

        return (CreatePlanner.Plan(facts, request), facts, request);
    }

    private async Task<Plan> PlanRevertAsync(DomainRecord domain, string name, RevertWish wish, CancellationToken cancellationToken)
    {
        var snapshot = sessions.FindSnapshot(domain, name);
        var facts = await gatherer.GatherAsync(domain, FactScope.AllBranches, cancellationToken);
        var memory = snapshot.MemoryPath is { } path ? await parts.Driver.Memory.ReadAsync(path, cancellationToken) : null;
        return RevertPlanner.Plan(facts, new RevertRequest(snapshot, parts.Catalogue.EntryOf(domain.Uuid, snapshot.Uuid).DomainXml, memory, wish));
    }

    private async Task<Plan> PlanDeleteAsync(
        DomainRecord domain, string name, DeleteRequest request, CancellationToken cancellationToken)
    {
        var snapshot = sessions.FindSnapshot(domain, name);
        return DeletePlanner.Plan(await gatherer.GatherAsync(domain, FactScope.AllBranches, cancellationToken), snapshot, request);
    }

    private void RefuseTakenName(DomainRecord domain, SnapshotName name)
    {
        if (parts.Catalogue.FindSnapshot(domain.Uuid, name.Value) is not null)
        {
            throw new SnapshotException(
                ErrorCode.OperationFailed, $"domain '{domain.Name}' already has a snapshot called '{name}'", "Choose another name; nothing was changed.")
            { Domain = domain.Name.Value };
        }
    }

    private void RefuseTakenPaths(DomainRecord domain, CreateRequest request)
    {
        var overlays = request.ReuseExternal ? [] : request.Disks.Select(disk => disk.Overlay?.Value);
        var wanted = overlays.Append(request.MemoryPath);
        if (wanted.FirstOrDefault(path => path is not null && parts.Driver.Store.Exists(path)) is { } taken)
        {
            throw new SnapshotException(
                ErrorCode.ConfigUnsupported, $"{taken} exists already", "Choose another path, or move the file away; nothing was changed.")
            { Domain = domain.Name.Value };
        }
    }
}
