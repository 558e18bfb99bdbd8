using System.Text;

namespace Snaptree.Platform;

/// <summary>
/// One prepared statement. Parameters count from 1, columns from 0, as in SQLite. Bind, step through the rows, then dispose; or
/// reset and bind anew.
/// </summary>
public sealed class SqliteStatement : IDisposable
{
    private const int Row = 100;
    private const int Done = 101;
    private const int NullType = 5;

    private readonly SqliteDatabase database;
    private readonly SqliteStatementHandle statement;
    private bool disposed;
    private bool onRow;

    internal SqliteStatement(SqliteDatabase database, SqliteStatementHandle statement, string sql)
    {
        this.database = database;
        this.statement = statement;
        Sql = sql;
    }

    public string Sql { get; }

    /// <summary>How many columns a row has; 0 for a statement that selects nothing.</summary>
    public int ColumnCount => SqliteNative.ColumnCount(Live);

    /// <summary>Binds text; null binds NULL.</summary>
    /// <exception cref="ArgumentException">The text has half a surrogate pair and would not come back as it is.</exception>
    public unsafe SqliteStatement Bind(int index, string? value)
    {
        if (value is null)
        {
            return BindNull(index);
        }

        byte[] bytes = SqliteDatabase.Encode(value);
        fixed (byte* start = NeverNull(bytes))
        {
            return Bound(SqliteNative.BindText(Live, index, start, bytes.Length, SqliteNative.Transient));
        }
    }

    /// <summary>Binds a blob; null binds NULL.</summary>
    public unsafe SqliteStatement Bind(int index, byte[]? value)
    {
        if (value is null)
        {
            return BindNull(index);
        }

        fixed (byte* start = NeverNull(value))
        {
            return Bound(SqliteNative.BindBlob(Live, index, start, value.Length, SqliteNative.Transient));
        }
    }

    public SqliteStatement Bind(int index, long value) => Bound(SqliteNative.BindInt64(Live, index, value));

    public SqliteStatement Bind(int index, double value) => Bound(SqliteNative.BindDouble(Live, index, value));

    public SqliteStatement BindNull(int index) => Bound(SqliteNative.BindNull(Live, index));

    /// <summary>Goes to the next row; the first call runs the statement.</summary>
    /// <returns>False when there is no further row.</returns>
    /// <exception cref="SqliteException">The statement failed and is reset.</exception>
    public bool Step()
    {
        SqliteStatementHandle live = Live;
        using SqliteDatabase.UseScope use = database.Enter();
        onRow = false;
        switch (SqliteNative.Step(live))
        {
            case Row:
                onRow = true;
                return true;
            case Done:
                return false;
            default:
                SqliteException failure = SqliteError.Last(database.Connection, database.Path, Sql);
                _ = SqliteNative.Reset(statement);
                throw failure;
        }
    }

    public bool IsNull(int column) => SqliteNative.ColumnType(Column(column), column) == NullType;

    public long GetInt64(int column) => SqliteNative.ColumnInt64(NotNull(column), column);

    public double GetDouble(int column) => SqliteNative.ColumnDouble(NotNull(column), column);

    public unsafe string GetString(int column)
    {
        // The order matters: the length counts for the form that the call before it asked for.
        byte* text = SqliteNative.ColumnText(NotNull(column), column);
        return text is null
            ? throw SqliteError.Last(database.Connection, database.Path, Sql)
            : Encoding.UTF8.GetString(text, SqliteNative.ColumnBytes(statement, column));
    }

    public string? GetStringOrNull(int column) => IsNull(column) ? null : GetString(column);

    public long? GetInt64OrNull(int column) => IsNull(column) ? null : GetInt64(column);

    public unsafe byte[] GetBlob(int column)
    {
        byte* bytes = SqliteNative.ColumnBlob(NotNull(column), column);
        return new ReadOnlySpan<byte>(bytes, SqliteNative.ColumnBytes(statement, column)).ToArray();
    }

    /// <summary>Makes the statement ready to run again and forgets the parameters.</summary>
    public void Reset()
    {
        onRow = false;
        // Its answer repeats the error of the last step, which was thrown there.
        _ = SqliteNative.Reset(Live);
        _ = SqliteNative.ClearBindings(statement);
    }

    public void Dispose()
    {
        if (disposed)
        {
            return;
        }

        Reset();
        disposed = true;
        database.GiveBack(Sql, statement);
    }

    /// <summary>The statement while it is ours: after disposal it may serve another.</summary>
    private SqliteStatementHandle Live
    {
        get
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            return statement;
        }
    }

    /// <summary>SQLite takes a null pointer for NULL, and that is what the address of an empty array would be.</summary>
    private static byte[] NeverNull(byte[] bytes) => bytes.Length > 0 ? bytes : new byte[1];

    private SqliteStatementHandle Column(int column)
    {
        if (!onRow)
        {
            throw new InvalidOperationException($"There is no row to read from; Step must have returned true. SQL: {Sql}");
        }

        ArgumentOutOfRangeException.ThrowIfNegative(column);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(column, ColumnCount);
        return Live;
    }

    private SqliteStatementHandle NotNull(int column) => IsNull(column)
        ? throw new InvalidOperationException($"Column {column} is NULL; ask IsNull first. SQL: {Sql}")
        : statement;

    private SqliteStatement Bound(int code) =>
        code == 0 ? this : throw SqliteError.Last(database.Connection, database.Path, Sql);
}
