using Snaptree.Model;

namespace Snaptree.Formats;

/// <summary>The words of the documents for the closed sets of the model. Null means: no such word.</summary>
internal static class Vocabulary
{
    internal static ImageFormat? Format(string text) => text switch
    {
        "raw" => ImageFormat.Raw,
        "qcow2" => ImageFormat.Qcow2,
        _ => null,
    };

    internal static string Text(ImageFormat format) => format switch
    {
        ImageFormat.Raw => "raw",
        ImageFormat.Qcow2 => "qcow2",
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, null),
    };

    internal static Accelerator? Accelerator(string text) => text switch
    {
        "qemu" => Model.Accelerator.Tcg,
        "kvm" => Model.Accelerator.Kvm,
        "test" => Model.Accelerator.Test,
        _ => null,
    };

    internal static string Text(Accelerator accelerator) => accelerator switch
    {
        Model.Accelerator.Tcg => "qemu",
        Model.Accelerator.Kvm => "kvm",
        Model.Accelerator.Test => "test",
        _ => throw new ArgumentOutOfRangeException(nameof(accelerator), accelerator, null),
    };

    internal static SnapshotLocation? Location(string text) => text switch
    {
        "no" => SnapshotLocation.No,
        "internal" => SnapshotLocation.Internal,
        "external" => SnapshotLocation.External,
        "manual" => SnapshotLocation.Manual,
        _ => null,
    };

    internal static string Text(SnapshotLocation location) => location switch
    {
        SnapshotLocation.No => "no",
        SnapshotLocation.Internal => "internal",
        SnapshotLocation.External => "external",
        SnapshotLocation.Manual => "manual",
        _ => throw new ArgumentOutOfRangeException(nameof(location), location, null),
    };

    internal static StorageType? Storage(string text) => text switch
    {
        "file" => StorageType.File,
        "block" => StorageType.Block,
        "network" => StorageType.Network,
        "nvme" => StorageType.Nvme,
        "vhostuser" => StorageType.VhostUser,
        "vhostvdpa" => StorageType.VhostVdpa,
        _ => null,
    };

    internal static string Text(StorageType type) => type switch
    {
        StorageType.File => "file",
        StorageType.Block => "block",
        StorageType.Network => "network",
        StorageType.Nvme => "nvme",
        StorageType.VhostUser => "vhostuser",
        StorageType.VhostVdpa => "vhostvdpa",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, null),
    };

    /// <summary>Whether libvirt knows an image format of that name; it reads many documents that no driver can realise.</summary>
    internal static bool IsLibvirtFormat(string text) => text is "raw" or "dir" or "bochs" or "cloop" or "dmg" or "iso" or "vpc" or "vdi"
        or "fat" or "vhd" or "ploop" or "cow" or "qcow" or "qcow2" or "qed" or "vmdk";

    internal static MemoryLocation? Memory(string text) => text switch
    {
        "no" => MemoryLocation.No,
        "internal" => MemoryLocation.Internal,
        "external" => MemoryLocation.External,
        _ => null,
    };

    internal static string Text(MemoryLocation location) => location switch
    {
        MemoryLocation.No => "no",
        MemoryLocation.Internal => "internal",
        MemoryLocation.External => "external",
        _ => throw new ArgumentOutOfRangeException(nameof(location), location, null),
    };

    internal static string Text(DiskDevice device) => device switch
    {
        DiskDevice.Disk => "disk",
        DiskDevice.Cdrom => "cdrom",
        _ => throw new ArgumentOutOfRangeException(nameof(device), device, null),
    };

    internal static DiskBus? Bus(string text) => text switch
    {
        "virtio" => DiskBus.Virtio,
        "ide" => DiskBus.Ide,
        "sata" => DiskBus.Sata,
        _ => null,
    };

    internal static string Text(DiskBus bus) => bus switch
    {
        DiskBus.Virtio => "virtio",
        DiskBus.Ide => "ide",
        DiskBus.Sata => "sata",
        _ => throw new ArgumentOutOfRangeException(nameof(bus), bus, null),
    };
}
