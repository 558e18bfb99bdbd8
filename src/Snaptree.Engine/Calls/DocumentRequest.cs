using System.Collections.Immutable;
using Snaptree.Formats;
using Snaptree.Model;

namespace Snaptree.Engine;

/// <summary>
/// From a domainsnapshot document and flags to a request, with the defaults of libvirt's QEMU driver: alone, a document means an internal
/// snapshot; disks alone, memory in a file, or a disk of a shut off domain that is to be external make it external.
/// </summary>
public static class DocumentRequest
{
    /// <param name="facts">The domain; its time gives the name when the document has none.</param>
    /// <param name="isRegularFile">See <see cref="AlignmentRules"/>.</param>
    /// <exception cref="SnapshotException">The document is wrong, or the flags do not fit it.</exception>
    public static CreateRequest Of(string xml, SnapshotCreateFlags flags, PlanFacts facts, Func<ImagePath, bool> isRegularFile)
    {
        var (isDiskOnly, isActive) = (flags.HasFlag(SnapshotCreateFlags.DiskOnly), facts.View.IsActive);
        var document = SnapshotXml.ParseCreate(xml, isDiskOnly || !isActive, facts.Now);
        var location = isDiskOnly || document.Memory == MemoryLocation.External || (!isActive && document.IsExternal)
            ? SnapshotLocation.External
            : SnapshotLocation.Internal;
        RefuseUnfit(document, flags, isActive, location);
        var aligned = SnapshotDiskAlignment.Align(
            document.Disks, [.. facts.Definition.Disks.Select(disk => Present(facts, disk))], new AlignmentRules(location, document.Name!, isRegularFile));
        var isReused = flags.HasFlag(SnapshotCreateFlags.ReuseExternal);
        return Of(document with { Disks = isReused ? OnlyNamed(aligned, document) : aligned }) with
        {
            DiskOnly = isDiskOnly,
            Location = location,
            Memory = isDiskOnly || !isActive ? MemoryLocation.No
                : location == SnapshotLocation.External ? MemoryLocation.External
                : MemoryLocation.Internal,
            Halt = flags.HasFlag(SnapshotCreateFlags.Halt),
            // A driver that has no snapshots of disks alone takes the flag and has no use for it, as libvirt's test driver.
            Quiesce = isDiskOnly && flags.HasFlag(SnapshotCreateFlags.Quiesce),
            NoMetadata = flags.HasFlag(SnapshotCreateFlags.NoMetadata),
            ReuseExternal = isReused,
        };
    }

    /// <summary>Reused is what the document names; a name that was made up for another disk is that of no file.</summary>
    private static ImmutableArray<DocumentDisk> OnlyNamed(ImmutableArray<DocumentDisk> aligned, SnapshotDocument document)
    {
        var named = document.Disks.Select(disk => disk.Path).ToHashSet();
        return [.. aligned.Select(disk => named.Contains(disk.Path) ? disk : disk with { Path = null })];
    }

    /// <summary>The document's own wishes and nothing else; what it leaves open stays open.</summary>
    public static CreateRequest Of(SnapshotDocument document) =>
        new(NameOf(document))
        {
            Description = document.Description,
            Memory = document.Memory,
            MemoryPath = document.MemoryPath,
            Disks = [.. document.Disks.Select(Choice)],
        };

    /// <summary>A name that no file of libvirt's store could have is refused in its words.</summary>
    internal static SnapshotName NameOf(SnapshotDocument document)
    {
        var name = document.Name ?? "";
        if (name.Contains('/') || name.StartsWith('.'))
        {
            var rule = name.Contains('/') ? "name can't contain '/'" : "name can't start with '.'";
            throw new SnapshotException(ErrorCode.XmlDetail, $"invalid snapshot name '{name}': {rule}", "Choose a plain name such as 'before-upgrade'.");
        }

        return SnapshotName.Parse(name);
    }

    /// <summary>The disk as it is now: on the image that it writes to, and a drive for discs as libvirt sees it.</summary>
    private static DomainDisk Present(PlanFacts facts, DomainDisk disk) =>
        disk with
        {
            Source = facts.Domain.ActiveImages.TryGetValue(disk.Target, out var top) ? top : disk.Source,
            ReadOnly = disk.ReadOnly || disk.Device == DiskDevice.Cdrom,
        };

    private static void RefuseUnfit(SnapshotDocument document, SnapshotCreateFlags flags, bool isActive, SnapshotLocation location)
    {
        if (flags.HasFlag(SnapshotCreateFlags.Live) && (!isActive || document.Memory != MemoryLocation.External))
        {
            throw new SnapshotException(
                ErrorCode.OperationUnsupported, "live snapshot creation is supported only with external checkpoints",
                "Leave --live out, or give the memory a file.");
        }

        if (isActive && location == SnapshotLocation.Internal && document.Memory == MemoryLocation.No)
        {
            throw new SnapshotException(
                ErrorCode.OperationUnsupported, "internal snapshot of a running VM must include the memory state",
                "Leave <memory> out, or take an external snapshot with --disk-only.");
        }
    }

    private static DiskChoice Choice(DocumentDisk disk)
    {
        if (disk.Type == StorageType.Network || disk.Format is not (null or "qcow2"))
        {
            throw new SnapshotException(
                ErrorCode.ConfigUnsupported,
                disk.Type == StorageType.Network
                    ? $"external snapshot of disk '{disk.Name}' to a network image is not supported"
                    : $"external snapshot format for disk {disk.Name} is unsupported: {disk.Format}",
                "Let the overlay be a qcow2 file.")
            { Disk = disk.Name };
        }

        return new DiskChoice(disk.Name, disk.Location, disk.Image) { Details = disk.Details };
    }
}
