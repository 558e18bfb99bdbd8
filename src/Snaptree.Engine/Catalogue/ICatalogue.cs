using Snaptree.Model;

namespace Snaptree.Engine;

/// <summary>
/// What we remember: domains, their snapshots and images. Truth about data stays in the image headers.
/// Reads see whole changes only. Every failure of the store is a <see cref="SnapshotException"/>.
/// </summary>
public interface ICatalogue
{
    /// <summary>All domains, by name.</summary>
    IReadOnlyList<DomainRecord> ListDomains();

    /// <summary>
    /// By UUID first, then by name; null when there is none. A domain that is called like another's UUID does not stand in its way.
    /// </summary>
    DomainRecord? FindDomain(string nameOrUuid);

    /// <exception cref="SnapshotException"><see cref="ErrorCode.OperationFailed"/> when name or UUID is taken.</exception>
    void AddDomain(DomainRecord domain, IEnumerable<ImageRecord> images);

    /// <summary>Forgets the domain, its snapshots, images and journal. Touches no file.</summary>
    void RemoveDomain(Guid domain);

    /// <summary>Remembers what our deed on the domain was, where nothing else changes.</summary>
    void NoteReason(Guid domain, StateReason reason);

    SnapshotTree LoadTree(Guid domain);

    /// <summary>By UUID first, then by name; null when there is none.</summary>
    Snapshot? FindSnapshot(Guid domain, string nameOrUuid);

    /// <summary>By name alone, however much it looks like a UUID; null when there is none.</summary>
    Snapshot? FindSnapshotByName(Guid domain, string name);

    /// <summary>The snapshot with the documents of its moment.</summary>
    /// <exception cref="SnapshotException"><see cref="ErrorCode.NoSnapshot"/> when the domain has no such snapshot.</exception>
    SnapshotEntry EntryOf(Guid domain, Guid snapshot);

    int CountSnapshots(Guid domain);

    /// <summary>UUIDs of the snapshots whose parent it is.</summary>
    IReadOnlyList<Guid> ChildrenOf(Guid snapshot);

    IReadOnlyList<ImageRecord> ListImages(Guid domain);

    /// <summary>Only the images that the domain was defined with.</summary>
    IReadOnlyList<ImageRecord> ListOriginals(Guid domain);

    /// <summary>Images that other domains stand on.</summary>
    IReadOnlySet<ImagePath> ImagesOfOthers(Guid domain);
}

/// <summary>The journal of operations. Each call is durable when it returns.</summary>
public interface IJournal
{
    /// <exception cref="SnapshotException">
    /// <see cref="ErrorCode.OperationInvalid"/> when another operation of the domain is not finished.
    /// </exception>
    void Open(OperationRecord operation);

    /// <exception cref="SnapshotException"><see cref="ErrorCode.Internal"/> when the operation is not open or has no such step.</exception>
    void Mark(OperationId operation, int step, StepPhase phase);

    /// <summary>Applies the change and marks the step done in one transaction; once only.</summary>
    /// <exception cref="SnapshotException">
    /// <see cref="ErrorCode.Internal"/>: the step is done already, or the change names a snapshot that does not exist.
    /// <see cref="ErrorCode.OperationFailed"/>: the name of the new snapshot is taken.
    /// </exception>
    void Apply(OperationId operation, int step, Guid domain, CatalogueChange change);

    /// <summary>The operation is history from now on; the oldest history may be forgotten.</summary>
    void Close(OperationId operation, OperationState outcome);

    /// <summary>The operation of this domain that is not finished; null when there is none.</summary>
    OperationRecord? FindOpen(Guid domain);

    /// <summary>All operations that are not finished.</summary>
    IReadOnlyList<OperationRecord> ListOpen();
}
