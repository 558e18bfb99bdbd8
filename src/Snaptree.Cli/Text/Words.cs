using Snaptree.Model;

namespace Snaptree.Cli.Text;

/// <summary>The words of the model, the same for people and in JSON. Part of the documented output: append only.</summary>
internal static class Words
{
    public static string Of(DomainState state) => state switch
    {
        DomainState.Running => "running",
        DomainState.Blocked => "blocked",
        DomainState.Paused => "paused",
        DomainState.Shutdown => "shutdown",
        DomainState.Shutoff => "shutoff",
        DomainState.Crashed => "crashed",
        DomainState.PmSuspended => "pmsuspended",
        _ => "nostate",
    };

    public static string Of(SnapshotState state) =>
        state == SnapshotState.DiskSnapshot ? "disk-snapshot" : Of((DomainState)(int)state);

    public static string Of(SnapshotKind kind) => kind switch
    {
        SnapshotKind.DiskSnapshot => "disk",
        SnapshotKind.VmState => "memory",
        _ => "checkpoint",
    };

    /// <summary>Where a snapshot's data are: <c>external</c>, <c>internal</c>, <c>mixed</c> or <c>none</c>.</summary>
    public static string PlaceOf(Snapshot snapshot) => (snapshot.IsExternal, snapshot.IsInternal) switch
    {
        (true, true) => "mixed",
        (true, false) => "external",
        (false, true) => "internal",
        _ => "none",
    };

    public static string Of(SnapshotLocation location) => location switch
    {
        SnapshotLocation.Internal => "internal",
        SnapshotLocation.External => "external",
        SnapshotLocation.Manual => "manual",
        _ => "no",
    };

    public static string Of(MemoryLocation location) => location switch
    {
        MemoryLocation.Internal => "internal",
        MemoryLocation.External => "external",
        _ => "no",
    };

    public static string Of(ImageFormat format) => format == ImageFormat.Raw ? "raw" : "qcow2";

    public static string Of(Accelerator accelerator) => accelerator switch
    {
        Accelerator.Kvm => "kvm",
        Accelerator.Test => "none",
        _ => "tcg",
    };

    public static string Of(DiskBus bus) => bus switch
    {
        DiskBus.Ide => "ide",
        DiskBus.Sata => "sata",
        _ => "virtio",
    };

    public static string Count(long number, string noun) => number == 1 ? $"1 {noun}" : $"{number} {noun}s";
}
