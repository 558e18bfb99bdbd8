using Snaptree.Model;
using Snaptree.Platform;

namespace Snaptree.Engine;

/// <summary>A parameter of a statement: text, a whole number, or nothing. UUIDs and paths are text.</summary>
internal readonly struct SqlValue
{
    private readonly string? text;
    private readonly long? number;

    private SqlValue(string? text, long? number)
    {
        this.text = text;
        this.number = number;
    }

    public static implicit operator SqlValue(string? text) => new(text, null);

    public static implicit operator SqlValue(long? number) => new(null, number);

    public static implicit operator SqlValue(Guid uuid) => new(uuid.ToString(), null);

    public static implicit operator SqlValue(Guid? uuid) => new(uuid?.ToString(), null);

    public static implicit operator SqlValue(ImagePath path) => new(path.Value, null);

    public static implicit operator SqlValue(ImagePath? path) => new(path?.Value, null);

    public static implicit operator SqlValue(DateTimeOffset time) => new(null, time.UtcTicks);

    internal void BindTo(SqliteStatement statement, int index)
    {
        if (number is { } value)
        {
            statement.Bind(index, value);
        }
        else
        {
            statement.Bind(index, text);
        }
    }
}

internal static class SqlStatements
{
    /// <summary>Runs one statement that selects nothing.</summary>
    /// <returns>Rows changed.</returns>
    internal static int Run(this SqliteDatabase database, string sql, params ReadOnlySpan<SqlValue> values)
    {
        using var statement = database.Bound(sql, values);
        statement.Step();
        return database.Changes;
    }

    internal static List<T> All<T>(this SqliteDatabase database, string sql, Func<SqliteStatement, T> read, params ReadOnlySpan<SqlValue> values)
    {
        var rows = new List<T>();
        using var statement = database.Bound(sql, values);
        while (statement.Step())
        {
            rows.Add(read(statement));
        }

        return rows;
    }

    /// <summary>What the first row gives; null when there is no row.</summary>
    internal static T? First<T>(this SqliteDatabase database, string sql, Func<SqliteStatement, T> read, params ReadOnlySpan<SqlValue> values)
        where T : class
    {
        using var statement = database.Bound(sql, values);
        return statement.Step() ? read(statement) : null;
    }

    internal static bool Any(this SqliteDatabase database, string sql, params ReadOnlySpan<SqlValue> values)
    {
        using var statement = database.Bound(sql, values);
        return statement.Step();
    }

    private static SqliteStatement Bound(this SqliteDatabase database, string sql, ReadOnlySpan<SqlValue> values)
    {
        var statement = database.Prepare(sql);
        for (var at = 0; at < values.Length; at++)
        {
            values[at].BindTo(statement, at + 1);
        }

        return statement;
    }
}
