using System.Xml.Linq;
using Snaptree.Model;

namespace Snaptree.Formats;

/// <summary>Reads the top level of a domain document; devices are read by <see cref="DeviceReader"/>.</summary>
internal sealed class DomainReader(XElement domain)
{
    private readonly Findings findings = new();

    internal DomainDefinition Read()
    {
        findings.Others(
            domain, "", ["type", "id"],
            [
                "name", "uuid", "title", "description", "metadata", "memory", "currentMemory", "vcpu", "os", "features", "cpu", "clock",
                "on_poweroff", "on_reboot", "on_crash", "on_lockfailure", "pm", "devices", "memoryBacking", "memtune", "blkiotune",
                "cputune", "numatune", "resource", "iothreads", "iothreadids", "perf", "seclabel",
            ]);
        var definition = new DomainDefinition
        {
            Accelerator = ReadAccelerator(),
            Name = NameOf(domain),
            Uuid = UuidOf(domain),
            CurrentMemoryBytes = Values.Single(domain, "currentMemory") is { } current ? MemorySize.Bytes(current) : null,
            MemoryBytes = MemorySize.Bytes(Values.Single(domain, "memory") ?? throw Missing("memory", "<memory unit='MiB'>512</memory>")),
            VirtualCpus = ReadVirtualCpus(),
            OnReboot = ReadLifecycle("on_reboot", LifecycleAction.Restart, LifecycleAction.Restart, LifecycleAction.Destroy),
        };
        ReadLifecycle("on_poweroff", LifecycleAction.Destroy, LifecycleAction.Destroy);
        ReadPowerManagement();
        ReadClock();
        ReadFeatures();
        var withBoot = new BootReader(findings).Read(domain, definition);
        var withCpu = withBoot with { CpuModel = new CpuReader(findings, definition.VirtualCpus).Read(Values.Single(domain, "cpu")) };
        return new DeviceReader(findings).Read(Values.Single(domain, "devices"), withCpu) with { Unrealised = findings.Paths };
    }

    internal static DomainName NameOf(XElement domain) => DomainName.Parse(
        (Values.Single(domain, "name") ?? throw Missing("name", "<name>web1</name>")).Value);

    private static Guid UuidOf(XElement domain)
    {
        var text = (Values.Single(domain, "uuid") ?? throw Missing("uuid", "one; 'uuidgen' prints a new one")).Value.Trim();
        return Guid.TryParseExact(text, "D", out var uuid) || Guid.TryParseExact(text, "N", out uuid)
            ? uuid
            : throw XmlErrors.Wrong($"<uuid>: '{text}' is no UUID", "Write it as 'uuidgen' prints it.");
    }

    private Accelerator ReadAccelerator()
    {
        var text = Values.Attribute(domain, "type")
            ?? throw XmlErrors.Wrong("<domain> has no type", "Write <domain type='kvm'> or <domain type='qemu'>.");
        return Vocabulary.Accelerator(text) ?? throw XmlErrors.Unsupported(
            $"<domain type='{text}'> is for another hypervisor", "Only type='kvm', type='qemu' and type='test' can be kept here.");
    }

    private int ReadVirtualCpus()
    {
        if (Values.Single(domain, "vcpu") is not { } element)
        {
            return 1;
        }

        var count = Values.Count(element);
        findings.OtherAttributes(element, "vcpu", ["placement", "cpuset", "current"]);
        findings.AddIf(Values.Attribute(element, "current") is { } current && current != element.Value.Trim(), "vcpu/@current");
        return count;
    }

    private LifecycleAction ReadLifecycle(string name, LifecycleAction unsaid, params ReadOnlySpan<LifecycleAction> realised)
    {
        var text = Values.Single(domain, name)?.Value.Trim();
        LifecycleAction? action = text switch
        {
            null => unsaid,
            "destroy" => LifecycleAction.Destroy,
            "restart" => LifecycleAction.Restart,
            "preserve" or "rename-restart" => null,
            _ => throw XmlErrors.Unsupported($"<{name}>: '{text}' is no action", "Write destroy or restart."),
        };
        findings.AddIf(action is not { } known || !realised.Contains(known), name);
        return action ?? unsaid;
    }

    private void ReadPowerManagement()
    {
        if (Values.Single(domain, "pm") is not { } power)
        {
            return;
        }

        // The hypervisor's own default is to offer both; taking one away would be a different firmware.
        findings.Others(power, "pm", [], ["suspend-to-mem", "suspend-to-disk"]);
        foreach (var child in power.Elements())
        {
            findings.AddIf(Values.Attribute(child, "enabled") is "no", $"pm/{child.Name.LocalName}");
        }
    }

    private void ReadClock()
    {
        if (Values.Single(domain, "clock") is not { } clock)
        {
            return;
        }

        findings.Others(clock, "clock", ["offset"], ["timer"]);
        findings.AddIf(Values.Attribute(clock, "offset") is not (null or "utc"), "clock/@offset");
        foreach (var timer in clock.Elements("timer"))
        {
            var name = Values.Attribute(timer, "name");
            findings.OtherAttributes(timer, "clock/timer", ["name", "present", "tickpolicy"]);
            findings.AddIf(
                name is not ("rtc" or "pit" or "hpet") || Values.Attribute(timer, "present") is "no", $"clock/timer[@name='{name}']");
        }
    }

    private void ReadFeatures()
    {
        if (Values.Single(domain, "features") is not { } features)
        {
            return;
        }

        findings.Others(features, "features", [], ["acpi", "apic", "pae"]);
        foreach (var feature in features.Elements().Where(feature => feature.Name.LocalName is "acpi" or "apic" or "pae"))
        {
            findings.Others(feature, $"features/{feature.Name.LocalName}", [], []);
        }
    }

    private static SnapshotException Missing(string name, string example) =>
        XmlErrors.Wrong($"<domain> has no <{name}>", $"Add {example}.");
}
