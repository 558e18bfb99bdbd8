using System.Xml.Linq;
using Snaptree.Model;

namespace Snaptree.Formats;

/// <summary>Reads <c>devices</c>. A kind of device that is not named here cannot be realised.</summary>
internal sealed class DeviceReader(Findings findings)
{
    internal DomainDefinition Read(XElement? devices, DomainDefinition definition)
    {
        if (devices is null)
        {
            return definition;
        }

        findings.Others(
            devices, "devices", [],
            [
                "emulator", "disk", "serial", "console", "interface", "rng", "video", "memballoon", "input", "controller", "graphics",
                "audio", "channel",
            ]);
        var agent = new ChannelReader(findings).ReadAgent(devices);
        RefuseOtherDevices(devices, hasSerialBus: agent is not null);
        return definition with
        {
            Emulator = Values.Single(devices, "emulator") is { } emulator
                ? Values.AbsolutePath(emulator.Value.Trim(), "emulator")
                : null,
            Disks = DiskReader.ReadAll(devices, findings),
            Serials = new SerialReader(findings).Read(devices),
            Interfaces = [.. devices.Elements("interface").Select(new InterfaceReader(findings).Read).OfType<NetworkInterface>()],
            Agent = agent,
            HasRandomDevice = ReadRandom(devices),
            HasVga = ReadVideo(devices),
        };
    }

    private void RefuseOtherDevices(XElement devices, bool hasSerialBus)
    {
        foreach (var balloon in devices.Elements("memballoon"))
        {
            var model = Values.Attribute(balloon, "model");
            findings.AddIf(model != "none", $"devices/memballoon[@model='{model}']");
        }

        foreach (var input in devices.Elements("input"))
        {
            var (type, bus) = (Values.Attribute(input, "type"), Values.Attribute(input, "bus"));
            findings.AddIf(type is not ("mouse" or "keyboard") || bus is not (null or "ps2"), $"devices/input[@type='{type}'][@bus='{bus}']");
        }

        foreach (var controller in devices.Elements("controller"))
        {
            // A bus on which nothing can sit, because no device that is realised may name an address; or the one that the agent's port sits on.
            var (type, index) = (Values.Attribute(controller, "type"), Values.Attribute(controller, "index"));
            var isSerialBus = type == "virtio-serial" && hasSerialBus && (index is null or "0");
            findings.AddIf(type is not ("usb" or "pci" or "ide" or "sata" or "fdc") && !isSerialBus, $"devices/controller[@type='{type}']");
        }
    }

    private bool ReadRandom(XElement devices)
    {
        var all = devices.Elements("rng").ToList();
        findings.AddIf(all.Count > 1, "devices/rng[2]");
        if (all is not [var random, ..])
        {
            return false;
        }

        findings.Others(random, "devices/rng", ["model"], ["backend", "alias"]);
        findings.AddIf(Values.Attribute(random, "model") != "virtio", "devices/rng/@model");
        var backend = Values.Single(random, "backend");
        findings.AddIf(
            Values.Attribute(backend, "model") != "random" || backend!.Value.Trim() is not ("" or "/dev/urandom" or "/dev/random"),
            "devices/rng/backend");
        return true;
    }

    private bool ReadVideo(XElement devices)
    {
        var all = devices.Elements("video").ToList();
        findings.AddIf(all.Count > 1, "devices/video[2]");
        if (all is not [var video, ..])
        {
            return false;
        }

        findings.Others(video, "devices/video", [], ["model", "alias"]);
        var model = Values.Single(video, "model") ?? throw XmlErrors.Wrong("<video> has no <model>", "Write <model type='vga'/> or 'none'.");
        findings.Others(model, "devices/video/model", ["type", "vram", "heads", "primary"], []);
        findings.AddIf(Values.Attribute(model, "vram") is not (null or "16384"), "devices/video/model/@vram");
        findings.AddIf(Values.Attribute(model, "heads") is not (null or "1"), "devices/video/model/@heads");
        var type = Values.Attribute(model, "type");
        findings.AddIf(type is not ("vga" or "std" or "none"), $"devices/video/model[@type='{type}']");
        return type is "vga" or "std";
    }
}
