using Snaptree.Model;
using Snaptree.Platform;

namespace Snaptree.Engine;

/// <summary>What the store's own errors mean to whoever asked for something.</summary>
internal static class CatalogueErrors
{
    internal const string Rebuild =
        "Nothing was changed. Keep a copy of the file together with its '-wal' file, move both away, and rebuild the catalogue from "
        + "the record files in 'domains'.";

    /// <summary>Codes of a broken promise that something exists only once: unique index and primary key.</summary>
    private const int UniqueIndex = 2067;
    private const int PrimaryKey = 1555;

    /// <summary>True for the errors that <see cref="Translate(Exception, string)"/> knows; all others are not the store's.</summary>
    internal static bool IsOfStore(Exception error) => error is SqliteException or SqliteLibraryMissingException or FileOperationException;

    internal static SnapshotException Translate(Exception error, string path) => error switch
    {
        SqliteException sqlite => Translate(sqlite, path),
        SqliteLibraryMissingException missing => new SnapshotException(
            ErrorCode.System, "the SQLite library is missing", "Install it; on Debian and Ubuntu: apt install libsqlite3-0.", missing)
        {
            Foreign = new ForeignError("SQLite", "missing library", missing.Message),
        },
        FileOperationException file => System(file, $"the catalogue {path} cannot be reached"),
        _ => throw new ArgumentException("not an error of the store", nameof(error), error),
    };

    /// <summary>The system's own error on a file of ours.</summary>
    internal static SnapshotException System(FileOperationException error, string what) =>
        new(ErrorCode.System, $"{what}: {error.Message}", "Check that the folder exists, has room, and that this account may write there.", error)
        {
            Foreign = new ForeignError("Linux", $"errno {error.Errno}", error.ErrorText),
        };

    internal static SnapshotException Internal(string message) =>
        new(ErrorCode.Internal, message, "Nothing was changed; report this with the output of 'snaptree show'.");

    private static SnapshotException Translate(SqliteException error, string path)
    {
        var (code, message, remedy) = Meaning(error, path);
        return new SnapshotException(code, $"{message}: {error.Detail}", remedy, error)
        {
            Foreign = new ForeignError(
                "SQLite", $"{error.Code} ({error.ExtendedCode})", error.Sql is null ? error.Detail : $"{error.Detail}, in: {error.Sql}"),
        };
    }

    private static (ErrorCode Code, string Message, string Remedy) Meaning(SqliteException error, string path) => error.Code switch
    {
        SqliteErrorCode.Busy or SqliteErrorCode.Locked =>
            (ErrorCode.OperationTimeout, $"another process keeps the catalogue {path} busy", "Try again; nothing was changed."),
        SqliteErrorCode.Corrupt => (ErrorCode.OperationFailed, $"the catalogue {path} is damaged", Rebuild),
        SqliteErrorCode.NotADatabase => (ErrorCode.OperationFailed, $"{path} is not a catalogue", Rebuild),
        SqliteErrorCode.Full =>
            (ErrorCode.System, $"there is no room to write the catalogue {path}",
                "Free space on its file system and try again; nothing was changed."),
        SqliteErrorCode.InputOutput =>
            (ErrorCode.System, $"the catalogue {path} cannot be read or written",
                "Look at the system's log for errors of its disk, then try again."),
        SqliteErrorCode.ReadOnly or SqliteErrorCode.CannotOpen or SqliteErrorCode.Permission =>
            (ErrorCode.System, $"this account cannot use the catalogue {path}",
                "Check that file and folder can be read and written by this account; nothing was changed."),
        SqliteErrorCode.Constraint when error.ExtendedCode is UniqueIndex or PrimaryKey =>
            (ErrorCode.OperationFailed, "that already exists in the catalogue", "Choose another name; nothing was changed."),
        _ => (ErrorCode.Internal, $"the catalogue {path} refused", "Nothing was changed; report this with the whole message."),
    };
}
