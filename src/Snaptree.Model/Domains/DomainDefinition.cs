using System.Collections.Immutable;

namespace Snaptree.Model;

/// <summary>How a domain's processor is realised (<c>domain/@type</c>).</summary>
public enum Accelerator
{
    /// <summary>Software emulation, <c>type='qemu'</c>.</summary>
    Tcg,

    /// <summary>Hardware virtualisation, <c>type='kvm'</c>.</summary>
    Kvm,

    /// <summary>None: the hypervisor in memory has no processor, <c>type='test'</c>.</summary>
    Test,
}

/// <summary>What to do when the guest ends by itself (<c>on_poweroff</c>, <c>on_reboot</c>, <c>on_crash</c>).</summary>
public enum LifecycleAction
{
    Destroy,
    Restart,
}

/// <summary>
/// What a domain XML document says, as far as this project understands it. The document itself is kept verbatim elsewhere:
/// this is its meaning, not its text.
/// </summary>
public sealed record DomainDefinition
{
    public required DomainName Name { get; init; }

    public required Guid Uuid { get; init; }

    public required Accelerator Accelerator { get; init; }

    public required long MemoryBytes { get; init; }

    /// <summary>What the guest has of it at the start (<c>currentMemory</c>); null for all of it. There is no balloon here to act on it.</summary>
    public long? CurrentMemoryBytes { get; init; }

    public required int VirtualCpus { get; init; }

    /// <summary>Machine type as written, for example <c>pc</c> or <c>pc-q35-7.2</c>; null leaves the choice to the hypervisor.</summary>
    public string? Machine { get; init; }

    /// <summary>Processor model as QEMU names it (<c>max</c>, <c>host</c>, <c>qemu64</c>, …); null leaves the choice to the hypervisor.</summary>
    public string? CpuModel { get; init; }

    /// <summary>Path of the hypervisor program, when the document names one.</summary>
    public string? Emulator { get; init; }

    public DirectBoot? DirectBoot { get; init; }

    public LifecycleAction OnReboot { get; init; } = LifecycleAction.Restart;

    public ImmutableArray<DomainDisk> Disks { get; init; } = [];

    public ImmutableArray<SerialPort> Serials { get; init; } = [];

    public ImmutableArray<NetworkInterface> Interfaces { get; init; } = [];

    /// <summary>The way to the agent inside the guest; null when the guest has no port for one.</summary>
    public AgentChannel? Agent { get; init; }

    /// <summary>Whether the guest has a random number device fed from the host.</summary>
    public bool HasRandomDevice { get; init; }

    /// <summary>Whether the guest has a VGA adapter; without one it has no display at all.</summary>
    public bool HasVga { get; init; }

    /// <summary>
    /// Elements that would change the guest and that this project cannot realise, each as a path such as
    /// <c>devices/hostdev</c>. A domain that has any can be kept and looked at, not started.
    /// </summary>
    public ImmutableArray<string> Unrealised { get; init; } = [];

    /// <exception cref="SnapshotException"><see cref="ErrorCode.InvalidArgument"/> when the domain has no such disk.</exception>
    public DomainDisk Disk(DiskTarget target) =>
        Disks.FirstOrDefault(disk => disk.Target == target)
        ?? throw new SnapshotException(
            ErrorCode.InvalidArgument,
            $"domain '{Name}' has no disk '{target}'",
            $"Its disks are: {string.Join(", ", Disks.Select(disk => disk.Target))}.")
        { Domain = Name.Value, Disk = target.Name };
}

/// <summary>A kernel given from outside (<c>os/kernel</c>, <c>initrd</c>, <c>cmdline</c>).</summary>
public sealed record DirectBoot(string Kernel, string? Initrd, string? CommandLine);

/// <summary>A serial port. Without a socket it goes nowhere but the log.</summary>
/// <param name="LogFile">File that receives everything the guest prints; null for none.</param>
/// <param name="SocketPath">Unix socket on which we listen; null for none.</param>
public sealed record SerialPort(string? LogFile, string? SocketPath);

/// <summary>A port on which QEMU's guest agent listens inside the guest (<c>org.qemu.guest_agent.0</c>).</summary>
/// <param name="SocketPath">Unix socket on which others may reach it too; null for none.</param>
public sealed record AgentChannel(string? SocketPath)
{
    /// <summary>What the port is called inside the guest; the agent looks for it.</summary>
    public const string PortName = "org.qemu.guest_agent.0";
}

/// <summary>A network interface on QEMU's user network, or attached to nothing.</summary>
public sealed record NetworkInterface(string Model, string? MacAddress);
