using System.Collections.Immutable;
using Snaptree.Model;

namespace Snaptree.Formats;

/// <summary>A domain to be described for somebody who brought no document.</summary>
/// <param name="MemoryBytes">Rounded up to whole KiB, which is what a domain document can say.</param>
/// <param name="CpuModel">As QEMU names it; null leaves the choice to the hypervisor.</param>
public sealed record NewDomain(
    DomainName Name,
    Guid Uuid,
    Accelerator Accelerator,
    long MemoryBytes,
    int VirtualCpus,
    string Machine,
    ImmutableArray<NewDisk> Disks,
    DirectBoot? DirectBoot,
    ImmutableArray<SerialPort> Serials,
    ImmutableArray<NetworkInterface> Interfaces,
    bool RandomDevice,
    string? CpuModel)
{
    /// <summary>Give the guest a port for its agent.</summary>
    public bool HasAgent { get; init; }
}

public sealed record NewDisk(DiskTarget Target, DiskBus Bus, ImagePath Image, ImageFormat Format, DiskDevice Device, bool ReadOnly);
