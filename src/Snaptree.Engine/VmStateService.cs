using Snaptree.Drivers;
using Snaptree.Formats;
using Snaptree.Model;

namespace Snaptree.Engine;

/// <summary>Saves a guest's memory and ends it; lets it go on from there.</summary>
public sealed class VmStateService(EngineParts parts, EngineSettings settings, DomainSessions sessions, FactGatherer gatherer, OperationRunner runner)
{
    /// <summary>libvirt: <c>virDomainSaveFlags</c>. An existing file is never written over; libvirt does.</summary>
    /// <param name="path">Absolute.</param>
    /// <param name="xml">Document to keep in the file instead of the domain's own; null for that.</param>
    /// <param name="runAfter">Whether the guest shall run after the restore; null for what it does now.</param>
    /// <exception cref="SnapshotException">
    /// <see cref="ErrorCode.OperationInvalid"/>: the domain is shut off. <see cref="ErrorCode.OperationFailed"/>: the file exists.
    /// </exception>
    public async Task SaveAsync(
        string domain, string path, string? xml, bool? runAfter, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        using var session = await sessions.OpenAsync(domain, "save", progress, cancellationToken);
        if (parts.Driver.Store.Exists(path))
        {
            throw new SnapshotException(ErrorCode.OperationFailed, $"{path} exists already", "Choose another path, or move the file away; nothing was changed.")
            { Domain = session.Domain.Name.Value };
        }

        await SaveAsync(session.Domain, path, xml, runAfter, isManaged: false, progress, cancellationToken);
    }

    /// <summary>libvirt: <c>virDomainManagedSave</c>. The next start goes on from it.</summary>
    public async Task ManagedSaveAsync(string domain, bool? runAfter, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        using var session = await sessions.OpenAsync(domain, "managedsave", progress, cancellationToken);
        var path = $"{settings.MemoryFolder(session.Domain.Uuid)}/{OperationId.New()}.save";
        await SaveAsync(session.Domain, path, null, runAfter, isManaged: true, progress, cancellationToken);
    }

    /// <summary>libvirt: <c>virDomainManagedSaveRemove</c>.</summary>
    public async Task RemoveManagedSaveAsync(string domain, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        using var session = await sessions.OpenAsync(domain, "managedsave-remove", progress, cancellationToken);
        if (session.Domain.ManagedSave is { } path)
        {
            await runner.RunAsync(session.Domain.Uuid, VmStatePlanner.Forget(session.Domain, path), progress, cancellationToken);
        }
    }

    /// <summary>libvirt: <c>virDomainRestoreFlags</c>. The domain must be defined here; its disks must be on the images of the save.</summary>
    /// <param name="xml">Document to run instead of the one in the file; null for that.</param>
    /// <param name="run">Whether the guest runs afterwards; null for what it did when it was saved.</param>
    /// <returns>The domain.</returns>
    public async Task<DomainRecord> RestoreAsync(
        string path, string? xml, bool? run, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        var saved = await ReadAsync(path, cancellationToken);
        var document = xml ?? saved.Xml;
        using var session = await sessions.OpenAsync(DomainXml.Parse(document).Uuid.ToString(), "restore", progress, cancellationToken);
        var facts = await gatherer.GatherAsync(session.Domain, FactScope.Present, cancellationToken);
        var plan = VmStatePlanner.Restore(facts, path, document, run ?? saved.WasRunning);
        await runner.RunAsync(session.Domain.Uuid, plan, progress, cancellationToken);
        return session.Domain;
    }

    /// <summary>What a memory image says about its domain.</summary>
    /// <exception cref="SnapshotException"><see cref="ErrorCode.System"/>: there is none. <see cref="ErrorCode.OperationFailed"/>: it carries no document.</exception>
    public async Task<SavedDomain> ReadAsync(string path, CancellationToken cancellationToken) =>
        (await parts.Driver.Memory.ReadAsync(path, cancellationToken)
            ?? throw new SnapshotException(ErrorCode.System, $"cannot read domain image '{path}': No such file or directory", "Check the path."))
        .Saved ?? throw new SnapshotException(
            ErrorCode.OperationFailed, $"{path} is the memory of a snapshot and carries no document of its own", "Revert to the snapshot instead.");

    /// <summary>Puts another document into a memory image (libvirt: <c>virDomainSaveImageDefineXML</c>); the memory is not touched.</summary>
    /// <param name="run">Whether the guest shall run after the restore; null leaves that.</param>
    /// <exception cref="SnapshotException"><see cref="ErrorCode.ConfigUnsupported"/>: it is the document of a guest that this memory does not fit.</exception>
    public async Task RewriteAsync(string path, string xml, bool? run, CancellationToken cancellationToken)
    {
        var saved = await ReadAsync(path, cancellationToken);
        RefuseOtherGuest(DomainXml.Parse(saved.Xml), DomainXml.Parse(xml));
        await parts.Driver.Memory.RewriteAsync(path, new SavedDomain(xml, run ?? saved.WasRunning), cancellationToken);
    }

    private async Task SaveAsync(
        DomainRecord domain, string path, string? xml, bool? runAfter, bool isManaged, IProgress<OperationProgress> progress,
        CancellationToken cancellationToken)
    {
        var facts = await gatherer.GatherAsync(domain, FactScope.Present, cancellationToken);
        if (!facts.View.IsActive)
        {
            throw facts.Refuse(ErrorCode.OperationInvalid, "domain is not running", $"Start it with 'snaptree start {domain.Name}'.");
        }

        if (xml is not null)
        {
            RefuseOtherGuest(facts.Definition, DomainXml.Parse(xml));
        }

        var saved = new SavedDomain(xml ?? VmStatePlanner.DocumentOf(facts), runAfter ?? facts.View.State == DomainState.Running);
        await runner.RunAsync(domain.Uuid, VmStatePlanner.Save(facts, path, parts.Driver.Store.FreeBytes(new ImagePath(path).Folder), saved, isManaged), progress, cancellationToken);
    }

    /// <summary>What memory and device state depend on must be equal (libvirt: the guest ABI check).</summary>
    private static void RefuseOtherGuest(DomainDefinition present, DomainDefinition wanted)
    {
        var differs = present.Uuid != wanted.Uuid ? "uuid"
            : present.MemoryBytes != wanted.MemoryBytes ? "memory"
            : present.VirtualCpus != wanted.VirtualCpus ? "vcpu"
            : present.Machine != wanted.Machine ? "os/type/@machine"
            : !present.Disks.Select(disk => (disk.Target, disk.Bus, disk.Device)).SequenceEqual(wanted.Disks.Select(disk => (disk.Target, disk.Bus, disk.Device))) ? "devices/disk"
            : null;
        if (differs is not null)
        {
            throw new SnapshotException(
                ErrorCode.ConfigUnsupported, $"the document describes another guest than the saved one: <{differs}> differs",
                "Change only what the running guest does not see, such as the paths of images.")
            { Domain = present.Name.Value };
        }
    }
}
