using System.Xml.Linq;
using Snaptree.Model;

namespace Snaptree.Formats;

/// <summary>Reads a user's domainsnapshot document for create, by libvirt's rules and with its error numbers.</summary>
internal static class SnapshotRequestReader
{
    internal static SnapshotDocument Read(XElement root)
    {
        var (memory, path) = ReadMemory(root.Element("memory"));
        return new SnapshotDocument(
            Text(root, "name"), Text(root, "description"), memory, path,
            [.. root.Elements("disks").Take(1).Elements("disk").Select(ReadDisk)]);
    }

    /// <summary>As in libvirt, an empty element counts as missing.</summary>
    private static string? Text(XElement root, string name) => root.Element(name)?.Value is { Length: > 0 } text ? text : null;

    private static (MemoryLocation? Location, string? Path) ReadMemory(XElement? element)
    {
        var path = Values.Attribute(element, "file");
        MemoryLocation? location = Values.Attribute(element, "snapshot") switch
        {
            null => path is null ? null : MemoryLocation.External,
            var text => Vocabulary.Memory(text)
                ?? throw XmlErrors.Wrong($"<memory snapshot='{text}'> is unknown", "Write no, internal or external."),
        };
        return (location, path) switch
        {
            (MemoryLocation.External, null) =>
                throw XmlErrors.Wrong("external memory snapshot requires a filename", "Add file='/…' to <memory>."),
            (not MemoryLocation.External, not null) =>
                throw XmlErrors.Wrong(
                    $"memory filename '{path}' requires external snapshot", "Write snapshot='external', or leave the file out."),
            (_, not (null or ['/', ..])) =>
                throw XmlErrors.Wrong(
                    $"memory snapshot file path ({path}) must be absolute", "Give the whole path, beginning with '/'."),
            _ => (location, path),
        };
    }

    private static DocumentDisk ReadDisk(XElement disk)
    {
        var name = Values.Attribute(disk, "name") is { Length: > 0 } text
            ? text
            : throw new SnapshotException(ErrorCode.Internal, "missing name from disk snapshot element", "Add name='vda' or the like to <disk>.");
        var source = ReadSource(disk, name);
        var format = ReadFormat(disk.Element("driver"), name);
        SnapshotLocation? location = Values.Attribute(disk, "snapshot") switch
        {
            null => source is null && format is null ? null : SnapshotLocation.External,
            var word => Vocabulary.Location(word) ?? throw XmlErrors.Wrong(
                $"disk '{name}': snapshot='{word}' is unknown", "Write no, internal, external or manual.", name),
        };
        return new DocumentDisk(name, location, format, source);
    }

    private static ImageFormat? ReadFormat(XElement? driver, string name) => Values.Attribute(driver, "type") switch
    {
        null or "" => null,
        var text => Vocabulary.Format(text) ?? throw XmlErrors.Unsupported(
            $"disk '{name}': unknown disk snapshot driver '{text}'", "Write <driver type='qcow2'/>.", name),
    };

    private static ImagePath? ReadSource(XElement disk, string name)
    {
        var attribute = Values.Attribute(disk, "type") switch
        {
            null or "file" => "file",
            "block" => "dev",
            "network" or "nvme" or "vhostuser" or "vhostvdpa" => throw XmlErrors.Unsupported(
                $"disk '{name}': a new image of that storage type cannot be made", "Use type='file' or type='block'.", name),
            var other => throw XmlErrors.Wrong(
                $"disk '{name}': unsupported disk snapshot type '{other}'", "Use type='file' or type='block'.", name),
        };
        return Values.Attribute(disk.Element("source"), attribute) switch
        {
            null or "" => null,
            ['/', ..] path => new ImagePath(path),
            var relative => throw XmlErrors.Wrong(
                $"disk '{name}': disk snapshot image path '{relative}' must be absolute", "Give the whole path, beginning with '/'.", name),
        };
    }
}
