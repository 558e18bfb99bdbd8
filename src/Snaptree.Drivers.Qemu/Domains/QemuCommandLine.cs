using System.Globalization;
using System.Text.Json.Nodes;
using Snaptree.Model;

namespace Snaptree.Drivers.Qemu;

/// <summary>
/// Turns a definition into QEMU's arguments. The order of devices is that of the document, so that the same document gives the same
/// guest, which is what lets a memory image be loaded again.
/// </summary>
internal static class QemuCommandLine
{
    /// <summary>The name of the main memory, which must be equal at save and load.</summary>
    internal const string MainMemory = "ram0";

    /// <param name="incoming">The memory image that the process shall wait for: it says the concrete machine type. Null boots.</param>
    internal static IReadOnlyList<string> Build(DomainSpec domain, QemuInstance instance, ImageTree images, MemoryImageHeader? incoming)
    {
        var mainMemory = incoming?.MainMemory ?? MainMemory;
        var definition = domain.Definition;
        RefuseUnrealised(definition);
        List<string> arguments =
        [
            "-name", $"guest={Escape(definition.Name.Value)}",
            "-uuid", definition.Uuid.ToString(),
            "-nodefaults", "-no-user-config", "-display", "none",
            "-S",
            "-pidfile", instance.PidFile,
            "-chardev", $"socket,id=ops,path={Escape(instance.OperationSocket)},server=on,wait=off",
            "-mon", "chardev=ops,mode=control",
            "-chardev", $"socket,id=watch,path={Escape(instance.WatchSocket)},server=on,wait=off",
            "-mon", "chardev=watch,mode=control",
            "-machine", $"{incoming?.Info.Machine ?? definition.Machine ?? "pc"},accel={Accelerator(definition)},memory-backend={mainMemory}",
            "-object", $"memory-backend-ram,id={mainMemory},size={definition.MemoryBytes.ToString(CultureInfo.InvariantCulture)}",
            "-m", $"{definition.MemoryBytes / 1024}k",
            "-smp", definition.VirtualCpus.ToString(CultureInfo.InvariantCulture),
            "-msg", "timestamp=on",
        ];
        AddFirmwareAndProcessor(arguments, definition);
        foreach (var disk in definition.Disks)
        {
            AddDisk(arguments, domain, disk, images);
        }

        AddSerials(arguments, definition, instance);
        AddAgent(arguments, definition, instance);
        AddOtherDevices(arguments, definition);
        if (incoming is not null)
        {
            arguments.AddRange(["-incoming", "defer"]);
        }

        return arguments;
    }

    private static string Accelerator(DomainDefinition definition) => definition.Accelerator == Model.Accelerator.Kvm ? "kvm" : "tcg";

    private static void AddFirmwareAndProcessor(List<string> arguments, DomainDefinition definition)
    {
        if (definition.CpuModel is { } cpu)
        {
            arguments.AddRange(["-cpu", cpu]);
        }

        if (definition.OnReboot == LifecycleAction.Destroy)
        {
            arguments.Add("-no-reboot");
        }

        if (definition.DirectBoot is not { } boot)
        {
            return;
        }

        arguments.AddRange(["-kernel", boot.Kernel]);
        if (boot.Initrd is not null)
        {
            arguments.AddRange(["-initrd", boot.Initrd]);
        }

        if (boot.CommandLine is not null)
        {
            arguments.AddRange(["-append", boot.CommandLine]);
        }
    }

    private static void AddDisk(List<string> arguments, DomainSpec domain, DomainDisk disk, ImageTree images)
    {
        var device = disk.Device == DiskDevice.Cdrom ? "ide-cd" : disk.Bus == DiskBus.Virtio ? "virtio-blk-pci" : "ide-hd";
        var options = $"{device},id={NodeNames.Device(disk.Target)}";
        if (domain.ActiveImage(disk) is { } top)
        {
            var readOnly = disk.ReadOnly || disk.Device == DiskDevice.Cdrom;
            foreach (var node in BlockNodes.Chain(disk.Target, images.ChainOf(top), readOnly))
            {
                arguments.AddRange(["-blockdev", ToText(node)]);
            }

            options += $",drive={NodeNames.Format(disk.Target, top)}";
        }

        if (disk.Serial is { } serial)
        {
            options += $",serial={Escape(serial)}";
        }

        arguments.AddRange(["-device", options]);
    }

    private static void AddSerials(List<string> arguments, DomainDefinition definition, QemuInstance instance)
    {
        for (var port = 0; port < definition.Serials.Length; port++)
        {
            var serial = definition.Serials[port];
            var log = serial.LogFile is { } path ? $",logfile={Escape(path)},logappend=on" : "";
            var backend = serial.SocketPath is null ? "null" : "socket";
            var socket = serial.SocketPath is null ? "" : $",path={Escape(instance.SerialSocket(port))},server=on,wait=off";
            arguments.AddRange(["-chardev", $"{backend},id=serial{port}{socket}{log}", "-device", $"isa-serial,chardev=serial{port},id=port{port}"]);
        }
    }

    private static void AddAgent(List<string> arguments, DomainDefinition definition, QemuInstance instance)
    {
        if (definition.Agent is not null)
        {
            arguments.AddRange(
            [
                "-chardev", $"socket,id=agent,path={Escape(instance.AgentSocket)},server=on,wait=off",
                "-device", "virtio-serial-pci,id=ports0",
                "-device", $"virtserialport,bus=ports0.0,nr=1,chardev=agent,id=agentport,name={AgentChannel.PortName}",
            ]);
        }
    }

    private static void AddOtherDevices(List<string> arguments, DomainDefinition definition)
    {
        for (var at = 0; at < definition.Interfaces.Length; at++)
        {
            var card = definition.Interfaces[at];
            var model = card.Model == "virtio" ? "virtio-net-pci" : card.Model;
            var mac = card.MacAddress is { } address ? $",mac={address}" : "";
            arguments.AddRange(["-netdev", $"user,id=net{at}", "-device", $"{model},netdev=net{at},id=nic{at}{mac}"]);
        }

        if (definition.HasRandomDevice)
        {
            arguments.AddRange(["-object", "rng-random,id=rng0,filename=/dev/urandom", "-device", "virtio-rng-pci,rng=rng0"]);
        }

        if (definition.HasVga)
        {
            arguments.AddRange(["-device", "VGA"]);
        }
    }

    private static void RefuseUnrealised(DomainDefinition definition)
    {
        var unrealised = definition.Accelerator == Model.Accelerator.Test ? definition.Unrealised.Insert(0, "@type") : definition.Unrealised;
        if (!unrealised.IsEmpty)
        {
            throw new SnapshotException(
                ErrorCode.ConfigUnsupported,
                $"domain '{definition.Name}' asks for what this driver cannot give a guest: {string.Join(", ", unrealised)}",
                "Remove these elements from the document; the supported ones are listed in docs/domain-xml.md.")
            {
                Domain = definition.Name.Value,
            };
        }
    }

    /// <summary>In QEMU's option lists a comma is written twice.</summary>
    private static string Escape(string value) => value.Replace(",", ",,", StringComparison.Ordinal);

    private static string ToText(JsonObject node) => node.ToJsonString();
}
