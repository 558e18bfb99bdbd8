namespace Snaptree.Platform;

/// <summary>A transaction in progress: all of it or nothing.</summary>
public sealed class SqliteTransaction : IDisposable
{
    private readonly SqliteDatabase database;
    private bool finished;

    internal SqliteTransaction(SqliteDatabase database) => this.database = database;

    /// <summary>Makes everything since the start permanent. After a busy error it may be called again.</summary>
    public void Commit()
    {
        ObjectDisposedException.ThrowIf(finished, this);
        database.Execute("COMMIT");
        finished = true;
    }

    /// <summary>Rolls back unless committed. After some errors SQLite has rolled back already; then nothing is left to do.</summary>
    public void Dispose()
    {
        if (finished)
        {
            return;
        }

        finished = true;
        if (database.IsInTransaction)
        {
            database.Execute("ROLLBACK");
        }
    }
}
