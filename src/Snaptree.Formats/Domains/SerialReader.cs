using System.Collections.Immutable;
using System.Xml.Linq;
using Snaptree.Model;

namespace Snaptree.Formats;

/// <summary>Reads <c>serial</c> and <c>console</c>.</summary>
internal sealed class SerialReader(Findings findings)
{
    internal ImmutableArray<SerialPort> Read(XElement devices)
    {
        var serials = devices.Elements("serial").ToList();
        var consoles = devices.Elements("console").ToList();
        foreach (var console in consoles)
        {
            var target = Values.Single(console, "target");
            var (type, port) = (Values.Attribute(target, "type"), Values.Attribute(target, "port"));
            findings.AddIf(type is not (null or "serial") || port is not (null or "0"), $"devices/console[@target='{type}']");
        }

        // As in libvirt, a console without a serial port to mirror is the first serial port.
        return serials.Count > 0 || consoles.Count == 0
            ? [.. serials.Select((serial, port) => ReadPort(serial, "serial", port))]
            : [ReadPort(consoles[0], "console", 0)];
    }

    private SerialPort ReadPort(XElement element, string name, int port)
    {
        var path = $"devices/{name}";
        findings.Others(element, path, ["type", "tty"], ["source", "target", "log", "alias", "protocol"]);
        findings.AddIf(Values.Attribute(Values.Single(element, "protocol"), "type") is not (null or "raw"), $"{path}/protocol");
        ReadTarget(Values.Single(element, "target"), path, port);
        var log = Path(Values.Single(element, "log"), "file", $"{path}/log");
        var type = Values.Attribute(element, "type");
        var source = Values.Single(element, "source");
        switch (type)
        {
            case "file":
                findings.AddIf(log is not null, $"{path}/log");
                return new SerialPort(Path(source, "path", $"{path}/source") ?? throw NoSource(name, type), null);
            case "unix":
                findings.AddIf(Values.Attribute(source, "mode") is "connect", $"{path}/source/@mode");
                return new SerialPort(log, Path(source, "path", $"{path}/source") ?? throw NoSource(name, type));
            case "pty" or "null":
                return new SerialPort(log, null);
            default:
                findings.Add($"{path}[@type='{type}']");
                return new SerialPort(log, null);
        }
    }

    private void ReadTarget(XElement? target, string path, int port)
    {
        if (target is null)
        {
            return;
        }

        findings.Others(target, $"{path}/target", ["type", "port"], ["model"]);
        findings.AddIf(Values.Attribute(target, "type") is not (null or "isa-serial" or "serial"), $"{path}/target/@type");
        findings.AddIf(Values.Attribute(target, "port") is { } text && text != $"{port}", $"{path}/target/@port");
        findings.AddIf(Values.Attribute(Values.Single(target, "model"), "name") is not (null or "isa-serial"), $"{path}/target/model");
    }

    private static string? Path(XElement? element, string attribute, string what) =>
        Values.Attribute(element, attribute) is { } path ? Values.AbsolutePath(path, what) : null;

    private static SnapshotException NoSource(string name, string type) =>
        XmlErrors.Wrong($"<{name} type='{type}'> has no <source path='…'/>", "Say which file it is.");
}
