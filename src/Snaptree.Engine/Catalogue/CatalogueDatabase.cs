using System.Collections.Immutable;
using Snaptree.Model;
using Snaptree.Platform;

namespace Snaptree.Engine;

/// <summary>
/// The catalogue's file, opened: one connection, used by one caller at a time. Reads see one unchanging state, writes are durable when
/// they return, and no error leaves it but <see cref="SnapshotException"/>.
/// </summary>
internal sealed class CatalogueDatabase : IDisposable
{
    /// <summary>How long we wait for other processes; their transactions take milliseconds.</summary>
    private static readonly TimeSpan BusyLimit = TimeSpan.FromSeconds(10);

    /// <summary>Every page size of SQLite is a multiple of this.</summary>
    private const int SmallestPage = 512;

    private readonly Lock gate = new();
    private readonly SqliteDatabase database;

    private CatalogueDatabase(SqliteDatabase database) => this.database = database;

    internal string Path => database.Path;

    internal static CatalogueDatabase Open(EngineSettings settings) => Open(settings, CatalogueSchema.Steps, BusyLimit);

    /// <summary>Opens the catalogue, makes it when there is none, and upgrades an old one. A refused file is left as it is.</summary>
    internal static CatalogueDatabase Open(EngineSettings settings, ImmutableArray<SchemaStep> steps, TimeSpan busyLimit)
    {
        var path = settings.CataloguePath;
        SqliteDatabase? opened = null;
        try
        {
            opened = SqliteDatabase.Open(path, ModeFor(settings), busyLimit);
            Prepare(opened, steps);
            return new CatalogueDatabase(opened);
        }
        catch (Exception error)
        {
            opened?.Dispose();
            if (CatalogueErrors.IsOfStore(error))
            {
                throw CatalogueErrors.Translate(error, path);
            }

            throw;
        }
    }

    internal T Read<T>(Func<SqliteDatabase, T> read) => Within(SqliteTransactionKind.Deferred, read);

    internal void Write(Action<SqliteDatabase> write) => Within(SqliteTransactionKind.Immediate, store =>
    {
        write(store);
        return 0;
    });

    public void Dispose()
    {
        lock (gate)
        {
            database.Dispose();
        }
    }

    private T Within<T>(SqliteTransactionKind kind, Func<SqliteDatabase, T> act)
    {
        lock (gate)
        {
            try
            {
                using var transaction = database.Transaction(kind);
                var answer = act(database);
                transaction.Commit();
                return answer;
            }
            catch (SqliteException error)
            {
                throw CatalogueErrors.Translate(error, Path);
            }
        }
    }

    private static SqliteOpenMode ModeFor(EngineSettings settings)
    {
        var path = settings.CataloguePath;
        switch (FileFacts.Read(path))
        {
            case null:
                DurableFile.CreateDirectory(settings.StateDirectory, OwnerOnly.Folder);
                return SqliteOpenMode.ReadWriteCreate;
            case { Kind: FileKind.Regular } file:
                RefuseCut(path, file.SizeBytes);
                return SqliteOpenMode.ReadWrite;
            case var other:
                throw new SnapshotException(
                    ErrorCode.OperationFailed,
                    $"the catalogue {path} is not a file but something else ({other.Kind})",
                    "Move it away, or choose another state directory; nothing was changed.");
        }
    }

    /// <summary>
    /// A file cut short inside a page: SQLite takes the rest of the page for zeros, and a file shorter than any page for a new database,
    /// and writes over it. Only beside a journal can such a file be right: then a write was interrupted, and SQLite repairs it from there.
    /// </summary>
    private static void RefuseCut(string path, long sizeBytes)
    {
        var canBeRepaired = FileFacts.Read($"{path}-journal") is not null
            || (sizeBytes > SmallestPage && FileFacts.Read($"{path}-wal") is not null);
        if (sizeBytes % SmallestPage != 0 && !canBeRepaired)
        {
            throw new SnapshotException(
                ErrorCode.OperationFailed,
                $"{path} is not a catalogue, or was cut short: it has {sizeBytes} bytes, which is no whole number of pages",
                CatalogueErrors.Rebuild);
        }
    }

    private static void Prepare(SqliteDatabase database, ImmutableArray<SchemaStep> steps)
    {
        // Reading first: whatever is refused must not have been written to, and setting the journal mode writes.
        var version = CatalogueSchema.VersionOf(database);
        CatalogueSchema.RefuseNewer(database, version, steps.Length);
        database.Execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
        if (version < steps.Length)
        {
            CatalogueSchema.Upgrade(database, steps);
        }

        // Only now: while a step rebuilds a table, rows may name others that are not there yet; the step's proof looks at them all.
        database.Execute("PRAGMA foreign_keys = ON");
    }
}
