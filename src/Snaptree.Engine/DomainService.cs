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

    /// <summary>
    /// Forgets the domain; its images stay. libvirt: <c>virDomainUndefineFlags</c>. Snapshots are forgotten with
    /// <see cref="DomainUndefineFlags.SnapshotsMetadata"/>, and their data stay too.
    /// </summary>
    /// <exception cref="SnapshotException">
    /// <see cref="ErrorCode.OperationInvalid"/>: it is active, or has snapshots or a managed save that the flags do not name.
    /// </exception>
    public async Task UndefineAsync(
        string domain, DomainUndefineFlags flags, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        using var session = await sessions.OpenAsync(domain, "undefine", progress, cancellationToken);
        var status = await GlanceAsync(session.Domain, cancellationToken);
        Refuse(status, status.View.IsActive, $"domain '{session.Domain.Name}' is active", "Stop it first.");
        var count = parts.Catalogue.CountSnapshots(session.Domain.Uuid);
        Refuse(status, count > 0 && !flags.HasFlag(DomainUndefineFlags.SnapshotsMetadata), $"cannot delete inactive domain with {count} snapshots",
            "Delete them first, or say --snapshots-metadata to forget them and keep their files.");
        Refuse(status, session.Domain.ManagedSave is not null && !flags.HasFlag(DomainUndefineFlags.ManagedSave),
            "Refusing to undefine while domain managed save image exists", "Start the domain to use it, or say --managed-save to remove it.");
        if (session.Domain.ManagedSave is { } save)
        {
            await runner.RunAsync(session.Domain.Uuid, VmStatePlanner.Forget(session.Domain, save), progress, cancellationToken);
        }

        // The record goes first: a domain without its record is mended by the next command, a record without its domain by nobody.
        await parts.Records.RetireAsync(session.Domain, cancellationToken);
        points.Reached(new DurablePoint("retired", -1));
        parts.Catalogue.RemoveDomain(session.Domain.Uuid);
    }

    /// <summary>
    /// Goes on from the managed save when there is one and <see cref="DomainStartFlags.ForceBoot"/> does not give it up, else boots.
    /// libvirt: <c>virDomainCreateWithFlags</c>.
    /// </summary>
    public async Task StartAsync(
        string domain, DomainStartFlags flags, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        using var session = await sessions.OpenAsync(domain, "start", progress, cancellationToken);
        var status = await GlanceAsync(session.Domain, cancellationToken);
        Refuse(status, status.View.IsActive, $"domain '{session.Domain.Name}' is already active", "Nothing to do.");
        var plan = session.Domain.ManagedSave is { } save && !flags.HasFlag(DomainStartFlags.ForceBoot)
            ? await PlanResumeAsync(session.Domain, save, flags, cancellationToken)
            : LifecyclePlanner.Start(session.Domain, OperationId.New(), flags.HasFlag(DomainStartFlags.Paused));
        await runner.RunAsync(session.Domain.Uuid, plan, progress, cancellationToken);
    }

    /// <summary>Ends the guest at once, as pulling the plug. libvirt: <c>virDomainDestroy</c>.</summary>
    public async Task DestroyAsync(string domain, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        using var session = await sessions.OpenAsync(domain, "destroy", progress, cancellationToken);
        var status = await GlanceAsync(session.Domain, cancellationToken);
        Refuse(status, !status.View.IsActive, "domain is not running", "Nothing to do.");
        await runner.RunAsync(session.Domain.Uuid, LifecyclePlanner.Destroy(session.Domain, OperationId.New()), progress, cancellationToken);
    }

    /// <summary>Presses the power button; the guest decides. libvirt: <c>virDomainShutdown</c>.</summary>
    public Task ShutdownAsync(string domain, IProgress<OperationProgress> progress, CancellationToken cancellationToken) =>
        OnActiveAsync(domain, "stop", (process, spec, token) => process.RequestShutdownAsync(spec, token), progress, cancellationToken);

    /// <summary>libvirt: <c>virDomainSuspend</c>.</summary>
    public async Task SuspendAsync(string domain, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        var found = await OnActiveAsync(domain, "suspend", (process, spec, token) => process.PauseAsync(spec, token), progress, cancellationToken);
        parts.Catalogue.NoteReason(found, StateReason.Of(PausedReason.User));
    }

    /// <summary>libvirt: <c>virDomainResume</c>.</summary>
    public async Task ResumeAsync(string domain, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        var found = await OnActiveAsync(domain, "resume", (process, spec, token) => process.ResumeAsync(spec, token), progress, cancellationToken);
        parts.Catalogue.NoteReason(found, StateReason.Of(RunningReason.Unpaused));
    }

    /// <summary>Presses the reset button; the guest boots anew. libvirt: <c>virDomainReset</c>.</summary>
    public Task ResetAsync(string domain, IProgress<OperationProgress> progress, CancellationToken cancellationToken) =>
        OnActiveAsync(domain, "reset", (process, spec, token) => process.ResetAsync(spec, token), progress, cancellationToken);

    public IReadOnlyList<DomainRecord> List() => parts.Catalogue.ListDomains();

    /// <summary>The document as it was given, on the images that the domain writes to now, with its id while it runs.</summary>
    /// <param name="flags">Inactive leaves the id out; secrets are shown only with Secure.</param>
    internal async Task<string> DocumentAsync(DomainRecord domain, DomainXmlFlags flags, CancellationToken cancellationToken)
    {
        var status = await GlanceAsync(domain, cancellationToken);
        var moved = domain.ActiveImages
            .Where(active => status.Definition.Disk(active.Key).Source is { } source && Canonical(source) != active.Value)
            .ToDictionary(active => active.Key, active => (active.Value, status.View.Images.Get(active.Value).Format));
        var xml = moved.Count == 0 ? domain.Xml : DomainXml.WithDiskSources(domain.Xml, moved);
        var id = flags.HasFlag(DomainXmlFlags.Inactive) ? null : status.View.Hypervisor?.ProcessId;
        return DomainXml.WithId(flags.HasFlag(DomainXmlFlags.Secure) ? xml : DomainXml.WithoutSecrets(xml), id);
    }

    /// <summary>State and active chains, without a look at the other branches.</summary>
    internal async Task<DomainStatus> GlanceAsync(DomainRecord domain, CancellationToken cancellationToken)
    {
        var spec = StepContext.SpecOf(domain);
        var view = await parts.Driver.ObserveAsync(spec, [], cancellationToken);
        return new DomainStatus(domain, spec.Definition, view, parts.Journal.FindOpen(domain.Uuid)?.Title);
    }

    public Task<DomainStatus> StatusAsync(string domain, CancellationToken cancellationToken) =>
        StatusAsync(sessions.Find(domain), cancellationToken);

    private async Task<DomainStatus> StatusAsync(DomainRecord domain, CancellationToken cancellationToken) =>
        new(domain, DomainXml.Parse(domain.Xml), await gatherer.ObserveAsync(domain, cancellationToken), parts.Journal.FindOpen(domain.Uuid)?.Title);

    private async Task<Plan> PlanResumeAsync(DomainRecord domain, string save, DomainStartFlags flags, CancellationToken cancellationToken)
    {
        var saved = (await parts.Driver.Memory.ReadAsync(save, cancellationToken))?.Saved
            ?? throw new SnapshotException(
                ErrorCode.OperationFailed, $"the managed save image {save} is missing",
                "Put it back, or start with --force-boot to give it up and boot.")
            { Domain = domain.Name.Value };
        var facts = await gatherer.GatherAsync(domain, FactScope.Present, cancellationToken);
        return VmStatePlanner.Restore(facts, save, saved.Xml, saved.WasRunning && !flags.HasFlag(DomainStartFlags.Paused));
    }

    /// <returns>The domain's UUID.</returns>
    private async Task<Guid> OnActiveAsync(
        string domain, string verb, Func<IDomainProcess, DomainSpec, CancellationToken, Task> act,
        IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        using var session = await sessions.OpenAsync(domain, verb, progress, cancellationToken);
        var status = await GlanceAsync(session.Domain, cancellationToken);
        Refuse(status, !status.View.IsActive, "domain is not running", $"Start it with 'snaptree vm start {domain}'.");
        await act(parts.Driver.Process, StepContext.SpecOf(session.Domain), cancellationToken);
        return session.Domain.Uuid;
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
