using Snaptree.Model;

namespace Snaptree.Engine;

/// <summary>What a domain is at one moment (libvirt: <c>virDomainGetInfo</c>, <c>virDomainGetState</c> and their kin).</summary>
/// <param name="Id">Number of the running domain (here the hypervisor's process id); null while it is shut off.</param>
/// <param name="Reason">libvirt's number of the reason, meaningful together with the state.</param>
/// <param name="IsPersistent">Always so: domains that vanish when they end do not exist here.</param>
public sealed record DomainInfo(int? Id, DomainState State, int Reason, long MaxMemoryKib, int VirtualCpus, string OsType, bool IsPersistent)
{
    public required long UsedMemoryKib { get; init; }

    public required TimeSpan CpuTime { get; init; }

    public required bool HasManagedSave { get; init; }
}

/// <summary>
/// libvirt's domain calls (<c>virDomain…</c>, <c>virConnect…</c>): its flags, its checks, its error numbers and words. docs/api-map.md names the
/// counterpart of each call.
/// </summary>
public sealed class DomainCalls(EngineParts parts, DomainSessions sessions, DomainService service, SnapshotCalls snapshots)
{
    private const long Kib = 1024;
    private const string HardwareVirtualMachine = "hvm";
    private const DomainListFlags StateGroup = DomainListFlags.Running | DomainListFlags.Paused | DomainListFlags.Shutoff | DomainListFlags.Other;

    /// <summary><c>virDomainLookupByName</c>.</summary>
    /// <exception cref="SnapshotException"><see cref="ErrorCode.NoDomain"/>.</exception>
    public DomainHandle LookupByName(string name) =>
        parts.Catalogue.ListDomains().FirstOrDefault(domain => domain.Name.Value == name) is { } found
            ? HandleOf(found)
            : throw Missing($"no domain with matching name '{name}'");

    /// <summary><c>virDomainLookupByUUID</c>.</summary>
    /// <exception cref="SnapshotException"><see cref="ErrorCode.NoDomain"/>.</exception>
    public DomainHandle LookupByUuid(Guid uuid) =>
        parts.Catalogue.FindDomain(uuid.ToString()) is { } found && found.Uuid == uuid
            ? HandleOf(found)
            : throw Missing($"no domain with matching uuid '{uuid}'");

    /// <summary><c>virDomainLookupByID</c>.</summary>
    /// <exception cref="SnapshotException"><see cref="ErrorCode.NoDomain"/>.</exception>
    public async Task<DomainHandle> LookupByIdAsync(int id, CancellationToken cancellationToken)
    {
        foreach (var domain in parts.Catalogue.ListDomains().Where(domain => domain.Instance is not null))
        {
            var status = await service.GlanceAsync(domain, cancellationToken);
            if (status.View.Hypervisor?.ProcessId == id)
            {
                return HandleOf(domain);
            }
        }

        throw Missing($"no domain with matching id {id}");
    }

    /// <summary><c>virConnectListAllDomains</c>, by name.</summary>
    public async Task<IReadOnlyList<DomainHandle>> ListAllAsync(DomainListFlags flags, CancellationToken cancellationToken)
    {
        var listed = new List<DomainHandle>();
        foreach (var domain in parts.Catalogue.ListDomains())
        {
            var status = await service.GlanceAsync(domain, cancellationToken);
            if (Passes(domain, status.View.State, flags))
            {
                listed.Add(HandleOf(domain));
            }
        }

        return listed;
    }

    /// <summary><c>virDomainGetInfo</c>, <c>virDomainGetState</c>, <c>virDomainGetID</c>, <c>virDomainIsPersistent</c>, <c>virDomainHasManagedSaveImage</c>.</summary>
    public async Task<DomainInfo> GetInfoAsync(DomainHandle domain, CancellationToken cancellationToken)
    {
        var status = await service.GlanceAsync(sessions.FindByUuid(domain), cancellationToken);
        return new DomainInfo(
            status.View.Hypervisor?.ProcessId, status.View.State, ReasonOf(status), status.Definition.MemoryBytes / Kib,
            status.Definition.VirtualCpus, HardwareVirtualMachine, IsPersistent: true)
        {
            UsedMemoryKib = (status.Definition.CurrentMemoryBytes ?? status.Definition.MemoryBytes) / Kib,
            CpuTime = status.View.Hypervisor?.CpuTime ?? TimeSpan.Zero,
            HasManagedSave = status.Domain.ManagedSave is not null,
        };
    }

    /// <summary><c>virDomainGetXMLDesc</c>: the document as it was given, on the images that the domain writes to now.</summary>
    public async Task<string> GetXmlAsync(DomainHandle domain, DomainXmlFlags flags, CancellationToken cancellationToken)
    {
        const DomainXmlFlags Known = DomainXmlFlags.Secure | DomainXmlFlags.Inactive | DomainXmlFlags.UpdateCpu | DomainXmlFlags.Migratable;
        CallFlags.RefuseUnknown(parts.Driver.Capabilities, (uint)flags, (uint)Known, "DomainGetXMLDesc");
        return await service.DocumentAsync(sessions.FindByUuid(domain), flags, cancellationToken);
    }

    /// <summary><c>virDomainDefineXMLFlags</c>.</summary>
    public async Task<DomainHandle> DefineXmlAsync(string xml, DomainDefineFlags flags, CancellationToken cancellationToken)
    {
        CallFlags.RefuseUnknown(parts.Driver.Capabilities, (uint)flags, (uint)DomainDefineFlags.Validate, "DomainDefineXMLFlags");
        return HandleOf(await service.DefineAsync(xml, cancellationToken));
    }

    /// <summary><c>virDomainUndefineFlags</c>. <see cref="DomainUndefineFlags.SnapshotsFull"/> deletes all snapshots first.</summary>
    public async Task UndefineAsync(
        DomainHandle domain, DomainUndefineFlags flags, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        const DomainUndefineFlags Known = DomainUndefineFlags.ManagedSave | DomainUndefineFlags.SnapshotsMetadata | DomainUndefineFlags.Nvram
            | DomainUndefineFlags.KeepNvram | DomainUndefineFlags.CheckpointsMetadata | DomainUndefineFlags.Tpm | DomainUndefineFlags.KeepTpm
            | DomainUndefineFlags.SnapshotsFull;
        CallFlags.RefuseUnknown(parts.Driver.Capabilities, (uint)flags, (uint)Known, "DomainUndefineFlags");
        if (flags.HasFlag(DomainUndefineFlags.SnapshotsFull))
        {
            await snapshots.DeleteAllAsync(domain, progress, cancellationToken);
        }

        await service.UndefineAsync(sessions.FindByUuid(domain).Uuid.ToString(), flags, progress, cancellationToken);
    }

    /// <summary><c>virDomainCreateWithFlags</c>: goes on from a managed save when there is one.</summary>
    public Task CreateAsync(DomainHandle domain, DomainStartFlags flags, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        const DomainStartFlags Known = DomainStartFlags.Paused | DomainStartFlags.BypassCache | DomainStartFlags.ForceBoot
            | DomainStartFlags.Validate | DomainStartFlags.ResetNvram;
        CallFlags.RefuseUnknown(parts.Driver.Capabilities, (uint)flags, (uint)Known, "DomainCreateWithFlags");
        return service.StartAsync(sessions.FindByUuid(domain).Uuid.ToString(), flags, progress, cancellationToken);
    }

    /// <summary><c>virDomainDestroyFlags</c>.</summary>
    public Task DestroyAsync(DomainHandle domain, DomainDestroyFlags flags, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        CallFlags.RefuseUnknown(
            parts.Driver.Capabilities, (uint)flags, (uint)(DomainDestroyFlags.Graceful | DomainDestroyFlags.RemoveLogs), "DomainDestroyFlags");
        return service.DestroyAsync(sessions.FindByUuid(domain).Uuid.ToString(), progress, cancellationToken);
    }

    /// <summary><c>virDomainSuspend</c>.</summary>
    public Task SuspendAsync(DomainHandle domain, IProgress<OperationProgress> progress, CancellationToken cancellationToken) =>
        service.SuspendAsync(sessions.FindByUuid(domain).Uuid.ToString(), progress, cancellationToken);

    /// <summary><c>virDomainResume</c>.</summary>
    /// <exception cref="SnapshotException"><see cref="ErrorCode.OperationInvalid"/>: it runs, or is shut off.</exception>
    public async Task ResumeAsync(DomainHandle domain, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        var found = sessions.FindByUuid(domain);
        if ((await service.GlanceAsync(found, cancellationToken)).View.State == DomainState.Running)
        {
            throw new SnapshotException(ErrorCode.OperationInvalid, "domain is already running", "Nothing to do.") { Domain = found.Name.Value };
        }

        await service.ResumeAsync(found.Uuid.ToString(), progress, cancellationToken);
    }

    /// <summary><c>virDomainShutdown</c>.</summary>
    public Task ShutdownAsync(DomainHandle domain, IProgress<OperationProgress> progress, CancellationToken cancellationToken) =>
        service.ShutdownAsync(sessions.FindByUuid(domain).Uuid.ToString(), progress, cancellationToken);

    /// <summary><c>virDomainReset</c>.</summary>
    public Task ResetAsync(DomainHandle domain, IProgress<OperationProgress> progress, CancellationToken cancellationToken) =>
        service.ResetAsync(sessions.FindByUuid(domain).Uuid.ToString(), progress, cancellationToken);

    private static DomainHandle HandleOf(DomainRecord domain) => new(domain.Uuid, domain.Name.Value);

    /// <summary>What our last deed was explains the state as long as the domain is still in it; else only the hypervisor can tell.</summary>
    private static int ReasonOf(DomainStatus status) =>
        status.Domain.Reason is { } reason && reason.State == status.View.State && status.Domain.Instance is null == (reason.State == DomainState.Shutoff)
            ? reason.Reason
            : status.View.State == DomainState.Shutoff ? (int)status.View.ShutoffReason : 0;

    private bool Passes(DomainRecord domain, DomainState state, DomainListFlags flags) =>
        Fits(flags, DomainListFlags.Active, DomainListFlags.Inactive, state.IsActive())
        && Fits(flags, DomainListFlags.Persistent, DomainListFlags.Transient, true)
        && Fits(flags, DomainListFlags.ManagedSave, DomainListFlags.NoManagedSave, domain.ManagedSave is not null)
        && Fits(flags, DomainListFlags.Autostart, DomainListFlags.NoAutostart, false)
        && Fits(flags, DomainListFlags.HasCheckpoint, DomainListFlags.NoCheckpoint, false)
        && ((flags & (DomainListFlags.HasSnapshot | DomainListFlags.NoSnapshot)) == DomainListFlags.None
            || Fits(flags, DomainListFlags.HasSnapshot, DomainListFlags.NoSnapshot, parts.Catalogue.CountSnapshots(domain.Uuid) > 0))
        && ((flags & StateGroup) == DomainListFlags.None || (flags & StateFlag(state)) != DomainListFlags.None);

    private static DomainListFlags StateFlag(DomainState state) => state switch
    {
        DomainState.Running => DomainListFlags.Running,
        DomainState.Paused => DomainListFlags.Paused,
        DomainState.Shutoff => DomainListFlags.Shutoff,
        _ => DomainListFlags.Other,
    };

    /// <summary>A pair with none or both of its bits does not filter.</summary>
    private static bool Fits(DomainListFlags flags, DomainListFlags yes, DomainListFlags no, bool fact) =>
        (flags & (yes | no)) == DomainListFlags.None || (flags & (fact ? yes : no)) != DomainListFlags.None;

    private static SnapshotException Missing(string message) => new(ErrorCode.NoDomain, message, "List the domains and try again.");
}
