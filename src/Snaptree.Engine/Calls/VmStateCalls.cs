using Snaptree.Formats;
using Snaptree.Model;

namespace Snaptree.Engine;

/// <summary>
/// libvirt's calls about saved state (<c>virDomainSave…</c>, <c>virDomainRestore…</c>, <c>virDomainManagedSave…</c>, <c>virDomainSaveImage…</c>).
/// docs/api-map.md names the counterpart of each call.
/// </summary>
public sealed class VmStateCalls(EngineParts parts, DomainSessions sessions, VmStateService service)
{
    private const SaveRestoreFlags Known =
        SaveRestoreFlags.BypassCache | SaveRestoreFlags.Running | SaveRestoreFlags.Paused | SaveRestoreFlags.ResetNvram;

    /// <summary><c>virDomainSaveFlags</c>.</summary>
    public Task SaveAsync(
        DomainHandle domain, string path, string? domainXml, SaveRestoreFlags flags, IProgress<OperationProgress> progress,
        CancellationToken cancellationToken)
    {
        RefuseUnfit(flags, "DomainSaveFlags");
        return service.SaveAsync(Uuid(domain), path, domainXml, RunOf(flags), progress, cancellationToken);
    }

    /// <summary><c>virDomainRestoreFlags</c>. A domain that is not defined here is not made; libvirt makes one that vanishes when it ends.</summary>
    public async Task<DomainHandle> RestoreAsync(
        string path, string? domainXml, SaveRestoreFlags flags, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        RefuseUnfit(flags, "DomainRestoreFlags");
        var restored = await service.RestoreAsync(path, domainXml, RunOf(flags), progress, cancellationToken);
        return new DomainHandle(restored.Uuid, restored.Name.Value);
    }

    /// <summary><c>virDomainManagedSave</c>.</summary>
    public Task ManagedSaveAsync(
        DomainHandle domain, SaveRestoreFlags flags, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        RefuseUnfit(flags, "DomainManagedSave");
        return service.ManagedSaveAsync(Uuid(domain), RunOf(flags), progress, cancellationToken);
    }

    /// <summary><c>virDomainHasManagedSaveImage</c>.</summary>
    public bool HasManagedSaveImage(DomainHandle domain) => sessions.FindByUuid(domain).ManagedSave is not null;

    /// <summary><c>virDomainManagedSaveRemove</c>; nothing happens when there is none.</summary>
    public Task ManagedSaveRemoveAsync(DomainHandle domain, IProgress<OperationProgress> progress, CancellationToken cancellationToken) =>
        service.RemoveManagedSaveAsync(Uuid(domain), progress, cancellationToken);

    /// <summary><c>virDomainManagedSaveGetXMLDesc</c>.</summary>
    /// <exception cref="SnapshotException"><see cref="ErrorCode.OperationInvalid"/> when there is none.</exception>
    public Task<string> ManagedSaveGetXmlAsync(DomainHandle domain, DomainXmlFlags flags, CancellationToken cancellationToken) =>
        SaveImageGetXmlAsync(ManagedSaveOf(domain), flags, cancellationToken);

    /// <summary><c>virDomainManagedSaveDefineXML</c>.</summary>
    /// <exception cref="SnapshotException"><see cref="ErrorCode.OperationInvalid"/> when there is none.</exception>
    public Task ManagedSaveDefineXmlAsync(DomainHandle domain, string xml, SaveRestoreFlags flags, CancellationToken cancellationToken) =>
        SaveImageDefineXmlAsync(ManagedSaveOf(domain), xml, flags, cancellationToken);

    /// <summary><c>virDomainSaveImageGetXMLDesc</c>.</summary>
    public async Task<string> SaveImageGetXmlAsync(string path, DomainXmlFlags flags, CancellationToken cancellationToken)
    {
        CallFlags.RefuseUnknown(parts.Driver.Capabilities, (uint)flags, (uint)DomainXmlFlags.Secure, "DomainSaveImageGetXMLDesc");
        var saved = await service.ReadAsync(path, cancellationToken);
        return flags.HasFlag(DomainXmlFlags.Secure) ? saved.Xml : DomainXml.WithoutSecrets(saved.Xml);
    }

    /// <summary><c>virDomainSaveImageDefineXML</c>.</summary>
    public Task SaveImageDefineXmlAsync(string path, string xml, SaveRestoreFlags flags, CancellationToken cancellationToken)
    {
        RefuseUnfit(flags, "DomainSaveImageDefineXML");
        return service.RewriteAsync(path, xml, RunOf(flags), cancellationToken);
    }

    private string Uuid(DomainHandle domain) => sessions.FindByUuid(domain).Uuid.ToString();

    private string ManagedSaveOf(DomainHandle domain) =>
        sessions.FindByUuid(domain).ManagedSave
        ?? throw new SnapshotException(
            ErrorCode.OperationInvalid, "domain does not have managed save image", $"Make one with 'snaptree managedsave {domain.Name}'.")
        { Domain = domain.Name };

    private static bool? RunOf(SaveRestoreFlags flags) =>
        flags.HasFlag(SaveRestoreFlags.Running) ? true : flags.HasFlag(SaveRestoreFlags.Paused) ? false : null;

    private void RefuseUnfit(SaveRestoreFlags flags, string call)
    {
        CallFlags.RefuseBoth(
            flags.HasFlag(SaveRestoreFlags.Running | SaveRestoreFlags.Paused), "VIR_DOMAIN_SAVE_RUNNING", "VIR_DOMAIN_SAVE_PAUSED", call);
        CallFlags.RefuseUnknown(parts.Driver.Capabilities, (uint)flags, (uint)Known, call);
    }
}
