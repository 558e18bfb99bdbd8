using System.Globalization;
using System.Xml.Linq;
using Snaptree.Model;

namespace Snaptree.Formats;

/// <summary>Reads one disk of a domainsnapshot document, in libvirt's order of checks (<c>virDomainSnapshotDiskDefParseXML</c>).</summary>
internal sealed class DocumentDiskReader(XElement disk)
{
    private const string CacheSize = "./driver/metadata_cache/max_size";

    private readonly string name = Values.Attribute(disk, "name")
        ?? throw new SnapshotException(ErrorCode.Internal, "missing name from disk snapshot element", "Add name='vda' or the like to <disk>.");

    internal DocumentDisk Read()
    {
        var location = ReadLocation();
        var type = ReadType();
        var source = disk.Element("source");
        var path = ReadPath(type, source);
        var driver = disk.Element("driver");
        var format = ReadFormat(driver);
        var cache = ReadCacheSize(driver?.Element("metadata_cache")?.Element("max_size"));
        RefuseRelative(type, path);
        return new DocumentDisk(name, location ?? (path is null && format is null ? null : SnapshotLocation.External))
        {
            Type = type,
            Format = format,
            MetadataCacheBytes = cache,
            Path = path,
            Source = source is not null && SaysMoreThanPath(type, source) ? XmlFragment.Of(source) : null,
            DeleteInProgress = disk.Element("snapshotDeleteInProgress") is not null,
        };
    }

    private SnapshotLocation? ReadLocation() => Values.Attribute(disk, "snapshot") switch
    {
        null => null,
        var word => Vocabulary.Location(word) ?? throw Invalid("snapshot", disk, word, "Write no, internal, external or manual."),
    };

    private StorageType ReadType() => Values.Attribute(disk, "type") switch
    {
        null => StorageType.File,
        "volume" or "dir" => throw Wrong(
            $"unsupported disk snapshot type '{Values.Attribute(disk, "type")}'", "Use type='file', 'block' or 'network'."),
        var word => Vocabulary.Storage(word) ?? throw Invalid("type", disk, word, "Use type='file', 'block' or 'network'."),
    };

    private string? ReadPath(StorageType type, XElement? source)
    {
        switch (type)
        {
            case StorageType.File or StorageType.Block:
                return Values.Attribute(source, PathAttribute(type)) is { Length: > 0 } path ? path : null;
            case StorageType.Network when source is not null:
                new NetworkSource(source, name).Check();
                return Values.Attribute(source, "name") is { Length: > 0 } image ? image : null;
            default:
                return null;
        }
    }

    private string? ReadFormat(XElement? driver) => Values.Attribute(driver, "type") switch
    {
        null or "" => null,
        var word when Vocabulary.IsLibvirtFormat(word) => word,
        var word => throw XmlErrors.Unsupported($"unknown disk snapshot driver '{word}'", "Write <driver type='qcow2'/>.", name),
    };

    private long? ReadCacheSize(XElement? size)
    {
        if (size is null || size.Value.Length == 0)
        {
            return null;
        }

        if (!ulong.TryParse(size.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            throw Wrong($"Invalid value '{size.Value}' for element or attribute '{CacheSize}'", "Write for example <max_size unit='MiB'>4</max_size>.");
        }

        var unit = Values.Attribute(size, "unit") is { Length: > 0 } given ? given : "bytes";
        var scale = MemorySize.Scale(unit) ?? throw new SnapshotException(
            ErrorCode.InvalidArgument, $"unknown suffix '{unit}'", "Write bytes, KiB, MiB or GiB.")
        { Disk = name };
        var bytes = (UInt128)number * scale;
        return bytes > long.MaxValue
            ? throw new SnapshotException(ErrorCode.Overflow, $"value too large: {number}{unit}", "A cache of some MiB is plenty.") { Disk = name }
            // As in libvirt, 0 is the hypervisor's own choice, like an element that is missing.
            : bytes == 0 ? null : (long)bytes;
    }

    private void RefuseRelative(StorageType type, string? path)
    {
        if (type is StorageType.File or StorageType.Block && path is not (null or ['/', ..]))
        {
            throw Wrong($"disk snapshot image path '{path}' must be absolute", "Give the whole path, beginning with '/'.");
        }
    }

    private static bool SaysMoreThanPath(StorageType type, XElement source) =>
        type is not (StorageType.File or StorageType.Block) || source.HasElements;

    private static string PathAttribute(StorageType type) => type == StorageType.Block ? "dev" : "file";

    private SnapshotException Invalid(string attribute, XElement element, string value, string remedy) =>
        XmlErrors.InvalidAttribute(element, attribute, value, remedy, name);

    private SnapshotException Wrong(string message, string remedy) => XmlErrors.Wrong(message, remedy, name);
}
