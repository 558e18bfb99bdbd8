using System.Collections.Immutable;
using System.Globalization;
using System.Xml.Linq;
using Snaptree.Model;

namespace Snaptree.Formats;

/// <summary>
/// Reads a domainsnapshot document by libvirt's rules, in its order of checks and with its error numbers (<c>virDomainSnapshotDefParse</c>).
/// As there, the first of several elements of one name counts, and what is not known is passed over.
/// </summary>
internal sealed class SnapshotDocumentReader(string xml, XElement root)
{
    internal SnapshotDocument ReadForCreate(bool offline, DateTimeOffset? now)
    {
        var seconds = now?.ToUnixTimeSeconds();
        var (memory, path) = MemoryReader.Read(root.Element("memory"), offline, unsaid: null);
        return new SnapshotDocument
        {
            Name = Text("name") ?? seconds?.ToString(CultureInfo.InvariantCulture),
            Description = Text("description"),
            CreatedAtSeconds = seconds,
            Memory = memory,
            MemoryPath = path,
            Disks = [.. ReadDisks("disks").Select(disk => disk with { DeleteInProgress = false })],
        };
    }

    internal SnapshotDocument ReadForRedefine()
    {
        var name = Text("name") ?? throw XmlErrors.Wrong("a redefined snapshot must have a name", "Add <name>.");
        var created = ReadCreationTime();
        var state = ReadState();
        var offline = state is SnapshotState.Shutoff or SnapshotState.DiskSnapshot;
        var (memory, path) = MemoryReader.Read(
            root.Element("memory"), offline, unsaid: offline ? MemoryLocation.No : MemoryLocation.Internal);
        var disks = ReadDisks("disks");
        ReadDisks("revertDisks");
        return new SnapshotDocument
        {
            Name = name,
            Description = Text("description"),
            State = state,
            Parent = root.Element("parent")?.Element("name")?.Value is { Length: > 0 } parent ? parent : null,
            CreatedAtSeconds = created,
            Memory = memory,
            MemoryPath = path,
            Disks = disks,
            DomainUuid = Guid.TryParse(root.Element("domain")?.Element("uuid")?.Value, out var uuid) ? uuid : null,
            Texts = ReadTexts(offline),
            Active = ReadActive(),
        };
    }

    /// <summary>As in libvirt, an empty element counts as missing.</summary>
    private string? Text(string name) => root.Element(name)?.Value is { Length: > 0 } text ? text : null;

    /// <summary>As in libvirt, every child of the list is a disk, whatever it is called, and several lists are one.</summary>
    private ImmutableArray<DocumentDisk> ReadDisks(string list) =>
        [.. root.Elements(list).Elements().Select(disk => new DocumentDiskReader(disk).Read())];

    private long ReadCreationTime() =>
        long.TryParse(
            root.Element("creationTime")?.Value,
            NumberStyles.AllowLeadingSign | NumberStyles.AllowLeadingWhite,
            CultureInfo.InvariantCulture,
            out var seconds)
            ? WithinTime(seconds)
            : throw new SnapshotException(
                ErrorCode.Internal, "missing creationTime from existing snapshot", "Add <creationTime> in whole seconds since 1970, UTC.");

    /// <summary>libvirt keeps any number; a time that no calendar has is a mistake, most often milliseconds.</summary>
    private static long WithinTime(long seconds) =>
        seconds >= DateTimeOffset.MinValue.ToUnixTimeSeconds() && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            ? seconds
            : throw new SnapshotException(
                ErrorCode.Internal, $"creationTime {seconds} is no time between the years 1 and 9999", "Give whole seconds since 1970, UTC.");

    private SnapshotState ReadState()
    {
        var word = Text("state") ?? throw XmlErrors.Wrong("missing state from existing snapshot", "Add for example <state>shutoff</state>.");
        return SnapshotStates.Parse(word) is var state and not SnapshotState.NoState ? state : throw SnapshotStates.Unknown(word);
    }

    private SnapshotTexts ReadTexts(bool offline)
    {
        var texts = new SnapshotTextReader(xml, root).Read();
        return texts with
        {
            // Without a type it is no definition: libvirt before 0.9.5 wrote a UUID there and nothing else.
            Domain = Values.Attribute(root.Element("domain"), "type") is { Length: > 0 } ? texts.Domain : null,
            Cookie = offline ? null : texts.Cookie,
        };
    }

    /// <summary>Not asked for here: in a document that a user gives, it means nothing.</summary>
    private bool? ReadActive() => root.Element("active")?.Value switch
    {
        "1" => true,
        "0" => false,
        _ => null,
    };
}
