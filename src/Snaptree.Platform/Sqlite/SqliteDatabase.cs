using System.Runtime.InteropServices;
using System.Text;

namespace Snaptree.Platform;

public enum SqliteOpenMode
{
    ReadOnly,
    ReadWrite,

    /// <summary>Makes the file with mode 0600 when it is missing.</summary>
    ReadWriteCreate,
}

public enum SqliteTransactionKind
{
    /// <summary>Takes the write lock at the start, so that it cannot fail half-way because another writer came first.</summary>
    Immediate,

    /// <summary>For readers: from its first read on it sees one unchanging state.</summary>
    Deferred,
}

/// <summary>
/// A connection to an SQLite database, used by one thread at a time: two at once is a mistake of the caller and is refused. Sets
/// nothing but the busy timeout; journal mode, synchronous and foreign keys are the caller's to state.
/// </summary>
public sealed class SqliteDatabase : IDisposable
{
    private const int LargestCache = 64;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const string InMemory = ":memory:";

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly Dictionary<string, SqliteStatementHandle> idleStatements = new(StringComparer.Ordinal);
    private int inUse;

    private SqliteDatabase(SqliteConnectionHandle connection, string path)
    {
        Connection = connection;
        Path = path;
    }

    public string Path { get; }

    /// <summary>The row id of the last successful insert through this connection.</summary>
    public long LastInsertRowId => SqliteNative.LastInsertRowId(Connection);

    /// <summary>Rows changed by the last INSERT, UPDATE or DELETE that finished.</summary>
    public int Changes => SqliteNative.Changes(Connection);

    /// <summary>False again after an error that made SQLite roll back by itself, as a full disk does.</summary>
    public bool IsInTransaction => SqliteNative.IsOutsideTransaction(Connection) == 0;

    internal SqliteConnectionHandle Connection { get; }

    /// <summary>Opens a database. The file is read at the first statement: one that is no database is reported there.</summary>
    /// <param name="path">The file, or <c>:memory:</c>.</param>
    /// <param name="mode">What may be done with it.</param>
    /// <param name="busyTimeout">How long a statement waits for other connections' locks; zero to fail at once.</param>
    /// <exception cref="SqliteException">It cannot be opened.</exception>
    /// <exception cref="SqliteLibraryMissingException">The library is not installed.</exception>
    /// <exception cref="FileOperationException">The missing file cannot be made.</exception>
    public static SqliteDatabase Open(string path, SqliteOpenMode mode, TimeSpan busyTimeout)
    {
        UnixFile.RefuseNull(path);
        ArgumentOutOfRangeException.ThrowIfLessThan(busyTimeout, TimeSpan.Zero);
        if (mode == SqliteOpenMode.ReadWriteCreate && path != InMemory)
        {
            CreateIfMissing(path);
        }

        SqliteConnectionHandle connection = OpenConnection(path, mode);
        SqliteDatabase database = new(connection, path);
        SqliteNative.UseExtendedCodes(connection, 1);
        SqliteNative.BusyTimeout(connection, (int)Math.Min(busyTimeout.TotalMilliseconds, int.MaxValue));
        return database;
    }

    /// <summary>The version of the SQLite library in use.</summary>
    /// <exception cref="SqliteLibraryMissingException">The library is not installed.</exception>
    public static unsafe string LibraryVersion()
    {
        try
        {
            return Marshal.PtrToStringUTF8((nint)SqliteNative.LibraryVersion()) ?? "";
        }
        catch (DllNotFoundException e)
        {
            throw new SqliteLibraryMissingException(e);
        }
    }

    /// <summary>Runs one or more statements without parameters; what they select is dropped. Stops at the first that fails.</summary>
    public void Execute(string sql)
    {
        RefuseNull(sql);
        using UseScope use = Enter();
        if (SqliteNative.Execute(Connection, sql, 0, 0, 0) != 0)
        {
            throw SqliteError.Last(Connection, Path, sql);
        }
    }

    /// <summary>
    /// Prepares one statement, or takes the one kept from the last time the same SQL was used. Dispose it to give it back.
    /// </summary>
    public SqliteStatement Prepare(string sql)
    {
        RefuseNull(sql);
        using UseScope use = Enter();
        return new(this, idleStatements.Remove(sql, out SqliteStatementHandle? kept) ? kept : Compile(sql), sql);
    }

    /// <summary>Begins a transaction. Disposed without <see cref="SqliteTransaction.Commit"/> it is rolled back.</summary>
    public SqliteTransaction Transaction(SqliteTransactionKind kind = SqliteTransactionKind.Immediate)
    {
        Execute(kind == SqliteTransactionKind.Immediate ? "BEGIN IMMEDIATE" : "BEGIN DEFERRED");
        return new(this);
    }

    /// <summary>Reads the whole database and checks its structure.</summary>
    /// <returns>What is wrong, in SQLite's words, also when the damage ends the check early; empty when all is well.</returns>
    /// <exception cref="SqliteException">The check could not be made for another reason, such as a lock.</exception>
    public IReadOnlyList<string> QuickCheck()
    {
        List<string> findings = [];
        try
        {
            using SqliteStatement check = Prepare("PRAGMA quick_check");
            while (check.Step())
            {
                findings.Add(check.GetString(0));
            }
        }
        catch (SqliteException e) when (e.IsCorrupt || e.IsNotADatabase)
        {
            findings.Add(e.Detail);
        }

        return findings is ["ok"] ? [] : findings;
    }

    public void Dispose()
    {
        foreach (SqliteStatementHandle statement in idleStatements.Values)
        {
            statement.Dispose();
        }

        idleStatements.Clear();
        Connection.Dispose();
    }

    internal static byte[] Encode(string text) => StrictUtf8.GetBytes(text);

    internal UseScope Enter()
    {
        ObjectDisposedException.ThrowIf(Connection.IsClosed, this);
        return Interlocked.Exchange(ref inUse, 1) == 0
            ? new(this)
            : throw new InvalidOperationException($"The connection to '{Path}' is being used by two threads at once; give each its own.");
    }

    /// <summary>Keeps an idle statement for its next use, or releases it.</summary>
    internal void GiveBack(string sql, SqliteStatementHandle statement)
    {
        if (Connection.IsClosed || idleStatements.Count >= LargestCache || !idleStatements.TryAdd(sql, statement))
        {
            statement.Dispose();
        }
    }

    private static SqliteConnectionHandle OpenConnection(string path, SqliteOpenMode mode)
    {
        int flags = mode switch
        {
            SqliteOpenMode.ReadOnly => SqliteNative.OpenReadOnly,
            SqliteOpenMode.ReadWrite => SqliteNative.OpenReadWrite,
            SqliteOpenMode.ReadWriteCreate => SqliteNative.OpenReadWrite | SqliteNative.OpenCreate,
            _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, message: null),
        };
        try
        {
            if (SqliteNative.Open(path, out SqliteConnectionHandle connection, flags, 0) is var code and not 0)
            {
                using (connection)
                {
                    throw connection.IsInvalid ? SqliteError.Of(code, path, sql: null) : SqliteError.Last(connection, path, sql: null);
                }
            }

            return connection;
        }
        catch (DllNotFoundException e)
        {
            throw new SqliteLibraryMissingException(e);
        }
    }

    /// <summary>
    /// An empty file is an empty database, so its mode can be ours and not the umask's. A file that exists is not even opened:
    /// closing any descriptor of it would drop the locks that other connections of this process hold on it.
    /// </summary>
    private static void CreateIfMissing(string path)
    {
        try
        {
            DurableFile.CreateNew(path, OwnerOnly);
        }
        catch (FileAlreadyExistsException)
        {
            // The usual case: the database is there.
        }
    }

    private static void RefuseNull(string sql)
    {
        ArgumentNullException.ThrowIfNull(sql);
        if (sql.Contains('\0'))
        {
            throw new ArgumentException("SQL text ends at the first NUL character; what follows would be ignored.", nameof(sql));
        }
    }

    private unsafe SqliteStatementHandle Compile(string sql)
    {
        byte[] text = Encode(sql);
        fixed (byte* start = text)
        {
            int code = SqliteNative.Prepare(Connection, start, text.Length, out SqliteStatementHandle statement, out byte* rest);
            if (code != 0)
            {
                statement.Dispose();
                throw SqliteError.Last(Connection, Path, sql);
            }

            int used = (int)(rest - start);
            if (statement.IsInvalid || !string.IsNullOrWhiteSpace(Encoding.UTF8.GetString(text.AsSpan(used))))
            {
                statement.Dispose();
                throw new ArgumentException($"Exactly one SQL statement is wanted, not: {sql}", nameof(sql));
            }

            return statement;
        }
    }

    /// <summary>Marks the time in which the library works on this connection.</summary>
    internal readonly ref struct UseScope(SqliteDatabase database) : IDisposable
    {
        public void Dispose() => Volatile.Write(ref database.inUse, 0);
    }
}
