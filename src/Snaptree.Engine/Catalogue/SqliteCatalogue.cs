using Snaptree.Model;

namespace Snaptree.Engine;

/// <summary>
/// Catalogue and journal in one SQLite file. May be used from any thread; calls wait for each other, and at most ten seconds for other
/// processes. Every failure is a <see cref="SnapshotException"/>, and then nothing was changed.
/// </summary>
public sealed class SqliteCatalogue : ICatalogue, IJournal, IDisposable
{
    private readonly CatalogueDatabase database;

    private SqliteCatalogue(CatalogueDatabase database) => this.database = database;

    /// <summary>
    /// Opens the catalogue of the state directory and makes it, with the folder, when there is none. Does not read the data through:
    /// damage is reported when it is met.
    /// </summary>
    /// <exception cref="SnapshotException">
    /// The file is no catalogue, is damaged, comes from a newer version, or may not be used by this account; it is left as it is.
    /// </exception>
    public static SqliteCatalogue Open(EngineSettings settings) => new(CatalogueDatabase.Open(settings));

    public IReadOnlyList<DomainRecord> ListDomains() => database.Read(DomainTable.List);

    public DomainRecord? FindDomain(string nameOrUuid) => database.Read(store => DomainTable.Find(store, nameOrUuid));

    public void AddDomain(DomainRecord domain, IEnumerable<ImageRecord> images) => database.Write(store =>
    {
        DomainTable.Add(store, domain);
        foreach (var image in images)
        {
            ImageTable.Add(store, domain.Uuid, image);
        }
    });

    public void RemoveDomain(Guid domain) => database.Write(store => DomainTable.Remove(store, domain));

    public void NoteReason(Guid domain, StateReason reason) => database.Write(store => DomainTable.SetReason(store, domain, reason));

    public SnapshotTree LoadTree(Guid domain)
    {
        var (snapshots, current) = database.Read(store =>
            (SnapshotTable.List(store, domain), DomainTable.CurrentOf(store, domain)));
        return new SnapshotTree(snapshots, current);
    }

    public Snapshot? FindSnapshot(Guid domain, string nameOrUuid) => database.Read(store => SnapshotTable.Find(store, domain, nameOrUuid));

    public Snapshot? FindSnapshotByName(Guid domain, string name) => database.Read(store => SnapshotTable.FindByName(store, domain, name));

    public SnapshotEntry EntryOf(Guid domain, Guid snapshot) =>
        database.Read(store => SnapshotTable.EntryOf(store, domain, snapshot))
        ?? throw new SnapshotException(
            ErrorCode.NoSnapshot, $"no snapshot with UUID {snapshot}", "List the domain's snapshots and try again.");

    public int CountSnapshots(Guid domain) => database.Read(store => SnapshotTable.CountOf(store, domain));

    public IReadOnlyList<Guid> ChildrenOf(Guid snapshot) => database.Read(store => SnapshotTable.ChildrenOf(store, snapshot));

    public IReadOnlyList<ImageRecord> ListOriginals(Guid domain) => database.Read(store => ImageTable.Originals(store, domain));

    public IReadOnlyList<ImageRecord> ListImages(Guid domain) => database.Read(store => ImageTable.List(store, domain));

    public IReadOnlySet<ImagePath> ImagesOfOthers(Guid domain) => database.Read(store => ImageTable.OfOthers(store, domain));

    public void Open(OperationRecord operation) => database.Write(store => JournalTable.Add(store, operation));

    public void Mark(OperationId operation, int step, StepPhase phase) =>
        database.Write(store => JournalTable.Mark(store, operation, step, phase));

    public void Apply(OperationId operation, int step, Guid domain, CatalogueChange change) => database.Write(store =>
    {
        JournalTable.Complete(store, operation, step, domain);
        ChangeApplier.Apply(store, domain, change);
    });

    public void Close(OperationId operation, OperationState outcome) =>
        database.Write(store => JournalTable.Close(store, operation, outcome));

    public OperationRecord? FindOpen(Guid domain) => database.Read(store => JournalTable.FindOpen(store, domain));

    public IReadOnlyList<OperationRecord> ListOpen() => database.Read(JournalTable.ListOpen);

    /// <summary>Operations of this domain, the newest first; of the finished ones only the last hundred are kept.</summary>
    public IReadOnlyList<OperationRecord> ListHistory(Guid domain) => database.Read(store => JournalTable.ListOf(store, domain));

    public void Dispose() => database.Dispose();
}
