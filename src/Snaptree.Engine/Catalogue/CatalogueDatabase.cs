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
                RefuseStump(path, file.SizeBytes);
                return SqliteOpenMode.ReadWrite;
            case var other:
                throw new SnapshotException(
                    ErrorCode.OperationFailed,
                    $"the catalogue {path} is not a file but something else ({other.Kind})",
                    "Move it away, or choose another state directory; nothing was changed.");
        }
    }

    /// <summary>
    /// SQLite takes a file shorter than its smallest page for a new database and writes over it. Only with a rollback journal beside it
    /// can such a file be right: then its making was interrupted, and SQLite takes that back.
    /// </summary>
    private static void RefuseStump(string path, long sizeBytes)
    {
        if (sizeBytes is > 0 and < SmallestPage && FileFacts.Read($"{path}-journal") is null)
        {
            throw new SnapshotException(
                ErrorCode.OperationFailed, $"{path} is not a catalogue: it has only {sizeBytes} bytes", CatalogueErrors.Rebuild);
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
