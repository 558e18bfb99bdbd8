using Snaptree.Model;
using Snaptree.Platform;

namespace Snaptree.Engine;

/// <summary>
/// Reads our types from rows. A value that we cannot have written is damage and said to be so: a flipped bit inside a text passes every
/// check of the database itself.
/// </summary>
internal static class Stored
{
    internal static string Text(this SqliteStatement row, int column) =>
        row.GetStringOrNull(column) ?? throw Unfit(row, "nothing", "a text");

    internal static Guid Uuid(this SqliteStatement row, int column) => UuidOrNull(row, column) ?? throw Unfit(row, "nothing", "a UUID");

    internal static Guid? UuidOrNull(this SqliteStatement row, int column) =>
        row.GetStringOrNull(column) is not { } text ? null
        : Guid.TryParseExact(text, "D", out var uuid) ? uuid
        : throw Unfit(row, text, "a UUID");

    internal static ImagePath Path(this SqliteStatement row, int column) => PathOrNull(row, column) ?? throw Unfit(row, "nothing", "a path");

    internal static ImagePath? PathOrNull(this SqliteStatement row, int column) =>
        row.GetStringOrNull(column) is not { } text ? null
        : text.StartsWith('/') ? new ImagePath(text)
        : throw Unfit(row, text, "an absolute path");

    internal static DateTimeOffset Time(this SqliteStatement row, int column) =>
        row.GetInt64OrNull(column) is { } ticks && ticks >= 0 && ticks <= DateTimeOffset.MaxValue.Ticks
            ? new DateTimeOffset(ticks, TimeSpan.Zero)
            : throw Unfit(row, row.GetStringOrNull(column) ?? "nothing", "a time");

    /// <summary>A member of an enum that is stored by number.</summary>
    internal static T Member<T>(this SqliteStatement row, int column)
        where T : struct, Enum
    {
        var number = row.GetInt64OrNull(column);
        var member = number is >= 0 and <= int.MaxValue ? (T)Enum.ToObject(typeof(T), (int)number) : default;
        return number is >= 0 and <= int.MaxValue && Enum.IsDefined(member)
            ? member
            : throw Unfit(row, row.GetStringOrNull(column) ?? "nothing", $"a {typeof(T).Name}");
    }

    /// <summary>A whole number that fits an int.</summary>
    internal static int Number(this SqliteStatement row, int column) =>
        row.GetInt64OrNull(column) is { } number and >= int.MinValue and <= int.MaxValue
            ? (int)number
            : throw Unfit(row, row.GetStringOrNull(column) ?? "nothing", "a number");

    internal static bool Flag(this SqliteStatement row, int column) => row.GetInt64OrNull(column) switch
    {
        0 => false,
        1 => true,
        _ => throw Unfit(row, row.GetStringOrNull(column) ?? "nothing", "0 or 1"),
    };

    internal static DomainName DomainName(this SqliteStatement row, int column) => Parsed(row, column, Model.DomainName.Parse, "a domain name");

    internal static SnapshotName SnapshotName(this SqliteStatement row, int column) =>
        Parsed(row, column, Model.SnapshotName.Parse, "a snapshot name");

    internal static SnapshotLocation Location(this SqliteStatement row, int column) => Text(row, column) switch
    {
        "no" => SnapshotLocation.No,
        "internal" => SnapshotLocation.Internal,
        "external" => SnapshotLocation.External,
        "manual" => SnapshotLocation.Manual,
        var other => throw Unfit(row, other, "a snapshot location"),
    };

    /// <summary>The stored word for a location. Append only.</summary>
    internal static string Word(SnapshotLocation location) => location switch
    {
        SnapshotLocation.No => "no",
        SnapshotLocation.Internal => "internal",
        SnapshotLocation.External => "external",
        SnapshotLocation.Manual => "manual",
        _ => throw new ArgumentOutOfRangeException(nameof(location), location, message: null),
    };

    internal static ImageFormat? FormatOrNull(this SqliteStatement row, int column) => row.GetStringOrNull(column) switch
    {
        null => null,
        "raw" => ImageFormat.Raw,
        "qcow2" => ImageFormat.Qcow2,
        var other => throw Unfit(row, other, "an image format"),
    };

    /// <summary>The stored word for a format. Append only.</summary>
    internal static string? Word(ImageFormat? format) => format switch
    {
        null => null,
        ImageFormat.Raw => "raw",
        ImageFormat.Qcow2 => "qcow2",
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, message: null),
    };

    private static T Parsed<T>(SqliteStatement row, int column, Func<string?, T> parse, string wanted)
    {
        var text = row.GetStringOrNull(column);
        try
        {
            return parse(text);
        }
        catch (SnapshotException error)
        {
            throw Unfit(row, text ?? "nothing", wanted, error);
        }
    }

    private static SnapshotException Unfit(SqliteStatement row, string found, string wanted, Exception? cause = null) =>
        new(
            ErrorCode.OperationFailed,
            $"the catalogue is damaged: it holds '{found}' where {wanted} should be, in: {row.Sql}",
            CatalogueErrors.Rebuild,
            cause);
}
