using System.Runtime.InteropServices;

namespace Snaptree.Platform;

/// <summary>SQLite's primary result codes that callers tell apart; the numbers are SQLite's, and others appear as numbers.</summary>
public enum SqliteErrorCode
{
    Error = 1,
    Permission = 3,
    Abort = 4,
    Busy = 5,
    Locked = 6,
    OutOfMemory = 7,
    ReadOnly = 8,
    Interrupted = 9,
    InputOutput = 10,
    Corrupt = 11,
    Full = 13,
    CannotOpen = 14,
    TooBig = 18,
    Constraint = 19,
    Mismatch = 20,
    Misuse = 21,
    Range = 25,
    NotADatabase = 26,
}

/// <summary>SQLite refused; code, text and the SQL are kept as they were.</summary>
public sealed class SqliteException : Exception
{
    internal SqliteException(int extendedCode, string databasePath, string detail, string? sql)
        : base(Describe(extendedCode, databasePath, detail, sql))
    {
        ExtendedCode = extendedCode;
        DatabasePath = databasePath;
        Detail = detail;
        Sql = sql;
    }

    public SqliteErrorCode Code => Primary(ExtendedCode);

    /// <summary>The extended result code; its low byte is <see cref="Code"/>.</summary>
    public int ExtendedCode { get; }

    public string DatabasePath { get; }

    /// <summary>What SQLite said.</summary>
    public string Detail { get; }

    /// <summary>The SQL that failed; null when no SQL was involved.</summary>
    public string? Sql { get; }

    /// <summary>Another connection held a lock for longer than the busy timeout; the same may be tried again.</summary>
    public bool IsBusy => Code is SqliteErrorCode.Busy or SqliteErrorCode.Locked;

    /// <summary>The file is damaged.</summary>
    public bool IsCorrupt => Code == SqliteErrorCode.Corrupt;

    /// <summary>The file is something else than an SQLite database.</summary>
    public bool IsNotADatabase => Code == SqliteErrorCode.NotADatabase;

    /// <summary>The disk is full.</summary>
    public bool IsFull => Code == SqliteErrorCode.Full;

    /// <summary>A constraint of the schema was violated.</summary>
    public bool IsConstraint => Code == SqliteErrorCode.Constraint;

    private static SqliteErrorCode Primary(int extendedCode) => (SqliteErrorCode)(extendedCode & 0xFF);

    private static string Describe(int code, string path, string detail, string? sql)
    {
        string text = $"database '{path}': {detail} (SQLite code {code})";
        text = sql is null ? text : $"{text}, in: {sql}";
        return Remedy(Primary(code)) is { } remedy ? $"{text}; {remedy}" : text;
    }

    private static string? Remedy(SqliteErrorCode code) => code switch
    {
        SqliteErrorCode.Busy or SqliteErrorCode.Locked => "another process is using it: try again",
        SqliteErrorCode.Full => "free space on its file system and try again",
        SqliteErrorCode.Corrupt or SqliteErrorCode.NotADatabase => "keep a copy of the file before it is rebuilt or restored",
        SqliteErrorCode.ReadOnly or SqliteErrorCode.CannotOpen or SqliteErrorCode.Permission =>
            "check that the file and its folder exist and that this account may write there",
        _ => null,
    };
}

/// <summary>The SQLite library is not installed on this machine.</summary>
public sealed class SqliteLibraryMissingException(Exception cause)
    : Exception("the SQLite library (libsqlite3.so.0) is missing; install it, on Debian and Ubuntu: apt install libsqlite3-0", cause);

internal static unsafe class SqliteError
{
    /// <summary>The connection's last error, to be asked for right after the call that failed.</summary>
    public static SqliteException Last(SqliteConnectionHandle database, string path, string? sql) => new(
        SqliteNative.ErrorCode(database), path, Marshal.PtrToStringUTF8((nint)SqliteNative.ErrorMessage(database)) ?? "", sql);

    public static SqliteException Of(int code, string path, string? sql) =>
        new(code, path, Marshal.PtrToStringUTF8((nint)SqliteNative.ErrorText(code)) ?? "", sql);
}
