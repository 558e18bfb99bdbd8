using Snaptree.Formats;
using Snaptree.Model;

namespace Snaptree.Engine;

/// <summary>
/// libvirt's snapshot calls (<c>virDomainSnapshot…</c>): its flags, its checks in its order, its error numbers and words. Reading calls ask
/// the catalogue; changing calls go through <see cref="SnapshotService"/>. docs/api-map.md names the counterpart of each call.
/// </summary>
public sealed class SnapshotCalls(EngineParts parts, DomainSessions sessions, SnapshotService service, ISnapshotSchema schema)
{
    private readonly CreateCall create = new(parts, service, schema);

    /// <summary><c>virDomainSnapshotCreateXML</c>.</summary>
    /// <returns>The snapshot; with <see cref="SnapshotCreateFlags.NoMetadata"/> a handle that nothing stands behind.</returns>
    /// <exception cref="SnapshotException">
    /// <see cref="ErrorCode.InvalidArgument"/>: flags. <see cref="ErrorCode.Xml"/>, <see cref="ErrorCode.XmlDetail"/>: the document.
    /// <see cref="ErrorCode.OperationFailed"/>: the name is taken. Others as the planner and the driver say.
    /// </exception>
    public Task<SnapshotHandle> CreateXmlAsync(
        DomainHandle domain, string xml, SnapshotCreateFlags flags, IProgress<OperationProgress> progress, CancellationToken cancellationToken) =>
        create.CreateXmlAsync(domain with { Name = sessions.FindByUuid(domain).Name.Value }, xml, flags, progress, cancellationToken);

    /// <summary><c>virDomainSnapshotGetXMLDesc</c>.</summary>
    public string GetXml(SnapshotHandle snapshot, SnapshotXmlFlags flags)
    {
        CallFlags.RefuseUnknown(parts.Driver.Capabilities, (uint)flags, (uint)SnapshotXmlFlags.Secure, "DomainSnapshotGetXMLDesc");
        var (domain, found) = Find(snapshot);
        return SnapshotXml.Write(found, parts.Catalogue.EntryOf(domain.Uuid, found.Uuid).Texts, NameOfParent(domain, found), flags);
    }

    /// <summary><c>virDomainSnapshotNum</c>.</summary>
    public int Count(DomainHandle domain, SnapshotListFlags flags)
    {
        RefuseUnknown(flags, "DomainSnapshotNum");
        var record = sessions.FindByUuid(domain);
        return flags == SnapshotListFlags.None ? parts.Catalogue.CountSnapshots(record.Uuid) : Listed(record, flags).Count();
    }

    /// <summary><c>virDomainListAllSnapshots</c>, and by their names <c>virDomainSnapshotListNames</c>.</summary>
    public IReadOnlyList<SnapshotHandle> ListAll(DomainHandle domain, SnapshotListFlags flags)
    {
        RefuseUnknown(flags, "DomainListAllSnapshots");
        return Handles(domain, Listed(sessions.FindByUuid(domain), flags));
    }

    /// <summary><c>virDomainSnapshotNumChildren</c>.</summary>
    public int CountChildren(SnapshotHandle snapshot, SnapshotListFlags flags)
    {
        RefuseUnknown(flags, "DomainSnapshotNumChildren");
        return Below(snapshot, flags).Count();
    }

    /// <summary><c>virDomainSnapshotListAllChildren</c>, and by their names <c>virDomainSnapshotListChildrenNames</c>.</summary>
    public IReadOnlyList<SnapshotHandle> ListAllChildren(SnapshotHandle snapshot, SnapshotListFlags flags)
    {
        RefuseUnknown(flags, "DomainSnapshotListAllChildren");
        return Handles(snapshot.Domain, Below(snapshot, flags));
    }

    /// <summary>
    /// What descends from a snapshot; with none given, from the current one, and nothing when there is no current one. The first
    /// design's <c>virDomainSnapshotListChildren</c> and its kin with the snapshot left out.
    /// </summary>
    public IReadOnlyList<SnapshotHandle> ListDescendants(DomainHandle domain, SnapshotHandle? from, SnapshotListFlags flags) =>
        from is { } start ? ListAllChildren(start, flags | SnapshotListFlags.Descendants)
        : HasCurrent(domain) ? ListAllChildren(Current(domain), flags | SnapshotListFlags.Descendants)
        : [];

    /// <summary><c>virDomainSnapshotLookupByName</c>. A UUID is no name here.</summary>
    /// <exception cref="SnapshotException"><see cref="ErrorCode.NoSnapshot"/>.</exception>
    public SnapshotHandle LookupByName(DomainHandle domain, string name)
    {
        var handle = new SnapshotHandle(domain, name);
        Find(handle);
        return handle;
    }

    /// <summary><c>virDomainHasCurrentSnapshot</c>.</summary>
    public bool HasCurrent(DomainHandle domain) => sessions.FindByUuid(domain).Current is not null;

    /// <summary><c>virDomainSnapshotCurrent</c>.</summary>
    /// <exception cref="SnapshotException"><see cref="ErrorCode.NoSnapshot"/> when there is none.</exception>
    public SnapshotHandle Current(DomainHandle domain)
    {
        var record = sessions.FindByUuid(domain);
        return record.Current is { } uuid && parts.Catalogue.FindSnapshot(record.Uuid, uuid.ToString()) is { } current
            ? new SnapshotHandle(domain, current.Name.Value)
            : throw Missing("the domain does not have a current snapshot", domain);
    }

    /// <summary><c>virDomainSnapshotGetParent</c>.</summary>
    /// <exception cref="SnapshotException"><see cref="ErrorCode.NoSnapshot"/> for a root.</exception>
    public SnapshotHandle Parent(SnapshotHandle snapshot)
    {
        var (domain, found) = Find(snapshot);
        return NameOfParent(domain, found) is { } parent
            ? new SnapshotHandle(snapshot.Domain, parent)
            : throw Missing($"snapshot '{found.Name}' does not have a parent", snapshot.Domain);
    }

    /// <summary><c>virDomainSnapshotIsCurrent</c>.</summary>
    public bool IsCurrent(SnapshotHandle snapshot)
    {
        var (domain, found) = Find(snapshot);
        return domain.Current == found.Uuid;
    }

    /// <summary><c>virDomainSnapshotHasMetadata</c>: what is listed here always has.</summary>
    public bool HasMetadata(SnapshotHandle snapshot)
    {
        Find(snapshot);
        return true;
    }

    /// <summary><c>virDomainRevertToSnapshot</c>.</summary>
    /// <exception cref="SnapshotException">
    /// <see cref="ErrorCode.RevertRisky"/>: only with <see cref="SnapshotRevertFlags.Force"/>. Others as the planner and the driver say.
    /// </exception>
    public Task RevertAsync(
        SnapshotHandle snapshot, SnapshotRevertFlags flags, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        const string Call = "DomainRevertToSnapshot";
        CallFlags.RefuseBoth(
            flags.HasFlag(SnapshotRevertFlags.Running | SnapshotRevertFlags.Paused),
            "VIR_DOMAIN_SNAPSHOT_REVERT_RUNNING", "VIR_DOMAIN_SNAPSHOT_REVERT_PAUSED", Call);
        CallFlags.RefuseUnknown(parts.Driver.Capabilities, (uint)flags, (uint)parts.Driver.Capabilities.RevertFlags, Call);
        var (domain, found) = Find(snapshot);
        return service.RevertAsync(domain.Uuid.ToString(), found.Uuid.ToString(), RevertWish.Of(flags), progress, cancellationToken);
    }

    /// <summary><c>virDomainSnapshotDelete</c>.</summary>
    public Task DeleteAsync(
        SnapshotHandle snapshot, SnapshotDeleteFlags flags, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        const string Call = "DomainSnapshotDelete";
        CallFlags.RefuseBoth(
            flags.HasFlag(SnapshotDeleteFlags.Children | SnapshotDeleteFlags.ChildrenOnly),
            "VIR_DOMAIN_SNAPSHOT_DELETE_CHILDREN", "VIR_DOMAIN_SNAPSHOT_DELETE_CHILDREN_ONLY", Call);
        CallFlags.RefuseUnknown(parts.Driver.Capabilities, (uint)flags, (uint)parts.Driver.Capabilities.DeleteFlags, Call);
        return DeleteAsync(snapshot, DeleteRequest.Of(flags), progress, cancellationToken);
    }

    /// <summary><c>virDomainSnapshotDelete</c> in the words of libvirt's first snapshot design.</summary>
    public Task DeleteAsync(SnapshotHandle snapshot, DeleteMode mode, IProgress<OperationProgress> progress, CancellationToken cancellationToken) =>
        DeleteAsync(snapshot, DeleteRequest.Of(mode), progress, cancellationToken);

    /// <summary>
    /// All snapshots of the domain, each root with all below it (the first design's <c>snapshot-delete-all</c>). One operation per root: when
    /// one fails, those before it are gone and the others are as they were.
    /// </summary>
    public async Task DeleteAllAsync(DomainHandle domain, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        foreach (var root in ListAll(domain, SnapshotListFlags.Roots))
        {
            await DeleteAsync(root, DeleteMode.DiscardForce, progress, cancellationToken);
        }
    }

    /// <summary>Gives the snapshot another name; children, data and files stay. libvirt has no such call: its clients define anew and forget.</summary>
    /// <exception cref="SnapshotException"><see cref="ErrorCode.OperationFailed"/> when the name is taken.</exception>
    public async Task<SnapshotHandle> RenameAsync(
        SnapshotHandle snapshot, string name, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        var (domain, found) = Find(snapshot);
        await service.RenameAsync(domain.Uuid.ToString(), found.Uuid.ToString(), SnapshotName.Parse(name), progress, cancellationToken);
        return snapshot with { Name = name };
    }

    private Task DeleteAsync(
        SnapshotHandle snapshot, DeleteRequest request, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        var (domain, found) = Find(snapshot);
        if (request.Scope == DeleteScope.Descendants && parts.Catalogue.ChildrenOf(found.Uuid).Count == 0)
        {
            // libvirt deletes nothing and is content.
            return Task.CompletedTask;
        }

        return service.DeleteAsync(domain.Uuid.ToString(), found.Uuid.ToString(), request, progress, cancellationToken);
    }

    private void RefuseUnknown(SnapshotListFlags flags, string call) =>
        CallFlags.RefuseUnknown(parts.Driver.Capabilities, (uint)flags, (uint)SnapshotFilter.Known, call);

    private IEnumerable<Snapshot> Listed(DomainRecord domain, SnapshotListFlags flags) =>
        SnapshotFilter.OfDomain(parts.Catalogue.LoadTree(domain.Uuid), flags);

    private IEnumerable<Snapshot> Below(SnapshotHandle snapshot, SnapshotListFlags flags)
    {
        var (domain, found) = Find(snapshot);
        var tree = parts.Catalogue.LoadTree(domain.Uuid);
        return SnapshotFilter.Below(tree, tree.Get(found.Uuid), flags);
    }

    private static List<SnapshotHandle> Handles(DomainHandle domain, IEnumerable<Snapshot> snapshots) =>
        [.. snapshots.Select(snapshot => new SnapshotHandle(domain, snapshot.Name.Value))];

    private string? NameOfParent(DomainRecord domain, Snapshot snapshot) =>
        snapshot.Parent is { } parent ? parts.Catalogue.FindSnapshot(domain.Uuid, parent.ToString())?.Name.Value : null;

    private (DomainRecord Domain, Snapshot Snapshot) Find(SnapshotHandle snapshot)
    {
        var domain = sessions.FindByUuid(snapshot.Domain);
        var found = parts.Catalogue.FindSnapshotByName(domain.Uuid, snapshot.Name)
            ?? throw Missing($"no domain snapshot with matching name '{snapshot.Name}'", snapshot.Domain);
        return (domain, found);
    }

    private static SnapshotException Missing(string message, DomainHandle domain) =>
        new(ErrorCode.NoSnapshot, message, $"List its snapshots with 'snaptree list {domain.Name}'.") { Domain = domain.Name };
}
