using Snaptree.Engine;
using Snaptree.Formats;
using Snaptree.Model;

namespace Snaptree.Cli.Documents;

/// <summary>Wishes for a snapshot, from a domainsnapshot document.</summary>
internal static class SnapshotRequests
{
    /// <param name="nameOf">Gives the name; told the document's, or null when it has none.</param>
    public static CreateRequest FromDocument(string xml, Func<SnapshotName?, SnapshotName> nameOf)
    {
        var document = SnapshotXml.ParseCreate(xml);
        return new CreateRequest(nameOf(document.Name is { } name ? SnapshotName.Parse(name) : null))
        {
            Description = document.Description,
            Memory = document.Memory,
            MemoryPath = document.MemoryPath,
            Disks = [.. document.Disks.Select(Choice)],
        };
    }

    private static DiskChoice Choice(DocumentDisk disk) =>
        disk is { Type: StorageType.File or StorageType.Block, Format: null or "qcow2" }
            ? new DiskChoice(disk.Name, disk.Location, disk.Image)
            : throw new SnapshotException(
                ErrorCode.ConfigUnsupported,
                $"disk '{disk.Name}': an overlay cannot be {disk.Format ?? disk.Type.ToString()}",
                "Say type='file' or 'block', and leave the driver out or say type='qcow2'.")
            { Disk = disk.Name };
}
