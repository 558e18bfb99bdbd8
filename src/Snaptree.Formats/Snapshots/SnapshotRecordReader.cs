using System.Collections.Immutable;
using System.Globalization;
using System.Xml.Linq;
using Snaptree.Model;

namespace Snaptree.Formats;

/// <summary>Reads a record file back. It is the last copy when the database is lost, so whatever does not fit is refused, not guessed.</summary>
internal sealed class SnapshotRecordReader(string xml, XElement root)
{
    private static readonly XNamespace Record = SnapshotWriter.Namespace;

    internal SnapshotRecord Read()
    {
        var record = Values.Single(root, "domain") is null
            ? throw Broken(ErrorCode.Internal, "missing domain in snapshot")
            : root.Element(Record + "record") ?? throw Broken(ErrorCode.Xml, "the document has no <record> of ours");
        var memory = root.Element("memory") ?? throw Broken(ErrorCode.Xml, "the document has no <memory>");
        var snapshot = new Snapshot
        {
            Uuid = ReadUuid(record.Attribute("uuid")?.Value),
            Name = SnapshotName.Parse(Required("name", ErrorCode.Xml)),
            Tag = record.Attribute("tag")?.Value,
            CreatedAt = ReadCreated(record),
            State = SnapshotStates.Parse(Required("state", ErrorCode.Xml)),
            Description = root.Element("description")?.Value,
            Parent = record.Attribute("parent") is { } parent ? ReadUuid(parent.Value) : null,
            Memory = Known("memory", Vocabulary.Memory, Values.Attribute(memory, "snapshot")),
            MemoryPath = Values.Attribute(memory, "file"),
            Disks = ReadDisks(record),
        };
        return new SnapshotRecord(
            snapshot, new SnapshotTextReader(xml, root).Read(), root.Element("parent")?.Element("name")?.Value, ReadActive());
    }

    private ImmutableArray<SnapshotDisk> ReadDisks(XElement record)
    {
        var claims = record.Elements(Record + "disk").ToList();
        var disks = root.Elements("disks").Elements("disk").ToList();
        return disks.Count == claims.Count
            ? [.. disks.Zip(claims, ReadDisk)]
            : throw Broken(ErrorCode.Xml, $"<disks> has {disks.Count} disks, <record> has {claims.Count}");
    }

    private static SnapshotDisk ReadDisk(XElement disk, XElement claim)
    {
        var name = Values.Attribute(disk, "name") ?? throw Broken(ErrorCode.Internal, "missing name from disk snapshot element");
        if (Values.Attribute(claim, "name") != name)
        {
            throw Broken(ErrorCode.Xml, $"<record> does not say which image disk '{name}' claims");
        }

        var document = new DocumentDiskReader(disk).Read();
        return new SnapshotDisk(
            new DiskTarget(name),
            Known("disk", Vocabulary.Location, Values.Attribute(disk, "snapshot")),
            Path(claim, "image"),
            Values.Attribute(claim, "format") is { } format ? Known("record", Vocabulary.Format, format) : null,
            document.Image)
        {
            Details = document.Details,
        };
    }

    private static ImagePath? Path(XElement element, string attribute) =>
        Values.Attribute(element, attribute) is { } path ? new ImagePath(path) : null;

    private bool ReadActive() => Required("active", ErrorCode.Internal) switch
    {
        "1" => true,
        "0" => false,
        var other => throw Broken(ErrorCode.Internal, $"<active> is '{other}', not 0 or 1"),
    };

    private DateTimeOffset ReadCreated(XElement record)
    {
        var seconds = Required("creationTime", ErrorCode.Internal);
        var exact = record.Attribute("created")?.Value;
        if (!long.TryParse(seconds, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole)
            || !DateTimeOffset.TryParseExact(
                exact, "O", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var created)
            || created.ToUnixTimeSeconds() != whole)
        {
            throw Broken(ErrorCode.Internal, $"<creationTime> {seconds} and the record's time '{exact}' are not one time");
        }

        return created;
    }

    private string Required(string name, ErrorCode code) =>
        root.Element(name)?.Value is { Length: > 0 } text ? text : throw Broken(code, $"the document has no <{name}>");

    private static Guid ReadUuid(string? text) =>
        Guid.TryParseExact(text, "D", out var uuid) ? uuid : throw Broken(ErrorCode.Xml, $"'{text}' in <record> is no UUID");

    private static T Known<T>(string element, Func<string, T?> word, string? text)
        where T : struct =>
        (text is null ? null : word(text)) ?? throw Broken(ErrorCode.Xml, $"<{element}>: '{text}' is unknown");

    private static SnapshotException Broken(ErrorCode code, string what) =>
        new(code, $"{what}; this is no whole record file", "Put the file back from a backup, or remove it if its snapshot is not wanted.");
}
