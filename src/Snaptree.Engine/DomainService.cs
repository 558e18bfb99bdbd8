using System.Collections.Immutable;
using Snaptree.Drivers;
using Snaptree.Formats;
using Snaptree.Model;

namespace Snaptree.Engine;

/// <summary>A domain with what was observed of it.</summary>
/// <param name="Unfinished">Title of the operation that waits for recovery; null when there is none.</param>
public sealed record DomainStatus(DomainRecord Domain, DomainDefinition Definition, DomainView View, string? Unfinished);

/// <summary>Defines, starts, stops and shows domains. State is what the hypervisor says, not what we remember.</summary>
public sealed class DomainService(
    EngineParts parts, DomainSessions sessions, FactGatherer gatherer, OperationRunner runner, IDurablePoints points)
{
    /// <summary>libvirt: <c>virDomainDefineXML</c>. The document is kept verbatim.</summary>
    /// <exception cref="SnapshotException">The document is wrong, the name is taken, or an image is missing or damaged.</exception>
    public async Task<DomainRecord> DefineAsync(string xml, CancellationToken cancellationToken)
    {
        var definition = DomainXml.Parse(xml);
        var tops = definition.Disks.Where(disk => disk.Source is not null)
            .ToImmutableDictionary(disk => disk.Target, disk => Canonical(disk.Source!.Value));
        var record = new DomainRecord(definition.Uuid, definition.Name, xml, tops, null, null);
        var view = await parts.Driver.ObserveAsync(new DomainSpec(definition, tops, null), [], cancellationToken);
        var images = definition.Disks.Where(disk => disk.Source is not null).SelectMany(disk => ImagesOf(view, disk, tops[disk.Target])).ToList();
        parts.Catalogue.AddDomain(record, images);
        points.Reached(new DurablePoint("defined", -1));
        await parts.Records.WriteAsync(parts.Catalogue, record, [], cancellationToken);
        return record;
    }

    /// <summary>Forgets the domain; its images stay. libvirt: <c>virDomainUndefineFlags</c>.</summary>
    /// <param name="withSnapshots">Forget the snapshots too (their data stay: <c>VIR_DOMAIN_UNDEFINE_SNAPSHOTS_METADATA</c>).</param>
    public async Task UndefineAsync(string domain, bool withSnapshots, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        using var session = await sessions.OpenAsync(domain, "undefine", progress, cancellationToken);
        var status = await StatusAsync(session.Domain, cancellationToken);
        Refuse(status, status.View.IsActive, $"domain '{domain}' is active", "Stop it first.");
        var count = parts.Catalogue.LoadTree(session.Domain.Uuid).Count;
        Refuse(status, count > 0 && !withSnapshots, $"domain '{domain}' has {count} snapshot(s)",
            "Delete them first, or say --snapshots-metadata to forget them and keep their files.");

        // The record goes first: a domain without its record is mended by the next command, a record without its domain by nobody.
        await parts.Records.RetireAsync(session.Domain, cancellationToken);
        points.Reached(new DurablePoint("retired", -1));
        parts.Catalogue.RemoveDomain(session.Domain.Uuid);
    }

    /// <summary>libvirt: <c>virDomainCreateWithFlags</c>.</summary>
    public async Task StartAsync(string domain, bool paused, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        using var session = await sessions.OpenAsync(domain, "start", progress, cancellationToken);
        var status = await StatusAsync(session.Domain, cancellationToken);
        Refuse(status, status.View.IsActive, $"domain '{domain}' is already active", "Nothing to do.");
        var plan = LifecyclePlanner.Start(session.Domain, OperationId.New(), paused);
        await runner.RunAsync(session.Domain.Uuid, plan, progress, cancellationToken);
    }

    /// <summary>Ends the guest at once, as pulling the plug. libvirt: <c>virDomainDestroy</c>.</summary>
    public async Task DestroyAsync(string domain, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        using var session = await sessions.OpenAsync(domain, "destroy", progress, cancellationToken);
        var status = await StatusAsync(session.Domain, cancellationToken);
        Refuse(status, !status.View.IsActive, $"domain '{domain}' is not running", "Nothing to do.");
        await runner.RunAsync(session.Domain.Uuid, LifecyclePlanner.Destroy(session.Domain, OperationId.New()), progress, cancellationToken);
    }

    /// <summary>Presses the power button; the guest decides. libvirt: <c>virDomainShutdown</c>.</summary>
    public Task ShutdownAsync(string domain, IProgress<OperationProgress> progress, CancellationToken cancellationToken) =>
        OnActiveAsync(domain, "stop", (process, spec, token) => process.RequestShutdownAsync(spec, token), progress, cancellationToken);

    /// <summary>libvirt: <c>virDomainSuspend</c>.</summary>
    public Task SuspendAsync(string domain, IProgress<OperationProgress> progress, CancellationToken cancellationToken) =>
        OnActiveAsync(domain, "suspend", (process, spec, token) => process.PauseAsync(spec, token), progress, cancellationToken);

    /// <summary>libvirt: <c>virDomainResume</c>.</summary>
    public Task ResumeAsync(string domain, IProgress<OperationProgress> progress, CancellationToken cancellationToken) =>
        OnActiveAsync(domain, "resume", (process, spec, token) => process.ResumeAsync(spec, token), progress, cancellationToken);

    public IReadOnlyList<DomainRecord> List() => parts.Catalogue.ListDomains();

    public Task<DomainStatus> StatusAsync(string domain, CancellationToken cancellationToken) =>
        StatusAsync(sessions.Find(domain), cancellationToken);

    private async Task<DomainStatus> StatusAsync(DomainRecord domain, CancellationToken cancellationToken) =>
        new(domain, DomainXml.Parse(domain.Xml), await gatherer.ObserveAsync(domain, cancellationToken), parts.Journal.FindOpen(domain.Uuid)?.Title);

    private async Task OnActiveAsync(
        string domain, string verb, Func<IDomainProcess, DomainSpec, CancellationToken, Task> act,
        IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        using var session = await sessions.OpenAsync(domain, verb, progress, cancellationToken);
        var status = await StatusAsync(session.Domain, cancellationToken);
        Refuse(status, !status.View.IsActive, $"domain '{domain}' is not running", $"Start it with 'snaptree vm start {domain}'.");
        await act(parts.Driver.Process, StepContext.SpecOf(session.Domain), cancellationToken);
    }

    private ImagePath Canonical(ImagePath path) => new(parts.Driver.Store.Canonical(path.Value));

    private static IEnumerable<ImageRecord> ImagesOf(DomainView view, DomainDisk disk, ImagePath top)
    {
        var chain = view.Images.ChainOf(top);
        return chain.Select((image, depth) => new ImageRecord(
            disk.Target, image.Path, depth == 0 && disk.IsWritable ? ImageRole.Original : ImageRole.Underlying));
    }

    private static void Refuse(DomainStatus status, bool broken, string message, string remedy)
    {
        if (broken)
        {
            throw new SnapshotException(ErrorCode.OperationInvalid, message, remedy) { Domain = status.Domain.Name.Value };
        }
    }
}
