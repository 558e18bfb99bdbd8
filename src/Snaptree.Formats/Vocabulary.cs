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
