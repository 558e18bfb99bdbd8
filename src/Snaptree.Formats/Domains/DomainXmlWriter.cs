using System.Globalization;
using Snaptree.Model;

namespace Snaptree.Formats;

/// <summary>Writes domain documents that <see cref="DomainXml.Parse"/> and libvirt both understand.</summary>
public sealed class DomainXmlWriter
{
    private const long KiB = 1024;

    private readonly NewDomain spec;
    private readonly XmlText text = new();

    private DomainXmlWriter(NewDomain spec) => this.spec = spec;

    /// <exception cref="SnapshotException">As <see cref="DomainXml.Parse"/>: the document is read once before it is given out.</exception>
    public static string Write(NewDomain spec)
    {
        var xml = new DomainXmlWriter(spec).Write();
        _ = DomainXml.Parse(xml);
        return xml;
    }

    private string Write()
    {
        text.Open("domain", ("type", Vocabulary.Text(spec.Accelerator)));
        text.Leaf("name", spec.Name.Value);
        text.Leaf("uuid", spec.Uuid.ToString("D"));
        text.Leaf("memory", Number((spec.MemoryBytes + KiB - 1) / KiB), ("unit", "KiB"));
        text.Leaf("vcpu", Number(spec.VirtualCpus));
        WriteBoot();
        text.Open("features");
        text.Empty("acpi");
        text.Empty("apic");
        text.Close();
        WriteCpu();
        text.Empty("clock", ("offset", "utc"));
        text.Leaf("on_poweroff", "destroy");
        text.Leaf("on_reboot", "restart");
        text.Leaf("on_crash", "destroy");
        WriteDevices();
        text.Close();
        return text.ToString();
    }

    private void WriteBoot()
    {
        text.Open("os");
        text.Leaf("type", "hvm", ("arch", "x86_64"), ("machine", spec.Machine));
        if (spec.DirectBoot is { } boot)
        {
            text.Leaf("kernel", boot.Kernel);
            LeafIf("initrd", boot.Initrd);
            LeafIf("cmdline", boot.CommandLine);
        }

        text.Close();
    }

    private void WriteCpu()
    {
        switch (spec.CpuModel)
        {
            case null:
                break;
            case "host":
                text.Empty("cpu", ("mode", "host-passthrough"));
                break;
            case "max":
                text.Empty("cpu", ("mode", "maximum"));
                break;
            default:
                text.Open("cpu", ("mode", "custom"), ("match", "exact"));
                text.Leaf("model", spec.CpuModel);
                text.Close();
                break;
        }
    }

    private void WriteDevices()
    {
        text.Open("devices");
        foreach (var disk in spec.Disks)
        {
            WriteDisk(disk);
        }

        foreach (var network in spec.Interfaces)
        {
            WriteInterface(network);
        }

        foreach (var serial in spec.Serials)
        {
            WriteSerial(serial);
        }

        if (spec.HasAgent)
        {
            text.Open("channel", ("type", "unix"));
            text.Empty("target", ("type", "virtio"), ("name", AgentChannel.PortName));
            text.Close();
        }

        if (spec.RandomDevice)
        {
            text.Open("rng", ("model", "virtio"));
            text.Leaf("backend", "/dev/urandom", ("model", "random"));
            text.Close();
        }

        // Said aloud, because libvirt adds a balloon where a document is silent.
        text.Empty("memballoon", ("model", "none"));
        text.Close();
    }

    private void WriteDisk(NewDisk disk)
    {
        text.Open("disk", ("type", "file"), ("device", Vocabulary.Text(disk.Device)));
        text.Empty("driver", ("name", "qemu"), ("type", Vocabulary.Text(disk.Format)));
        text.Empty("source", ("file", disk.Image.Value));
        text.Empty("target", ("dev", disk.Target.Name), ("bus", Vocabulary.Text(disk.Bus)));
        if (disk.ReadOnly || disk.Device == DiskDevice.Cdrom)
        {
            text.Empty("readonly");
        }

        text.Close();
    }

    private void WriteInterface(NetworkInterface network)
    {
        text.Open("interface", ("type", "user"));
        if (network.MacAddress is { } mac)
        {
            text.Empty("mac", ("address", mac));
        }

        text.Empty("model", ("type", network.Model));
        text.Close();
    }

    private void WriteSerial(SerialPort serial)
    {
        switch (serial)
        {
            case { SocketPath: { } socket }:
                text.Open("serial", ("type", "unix"));
                text.Empty("source", ("mode", "bind"), ("path", socket));
                if (serial.LogFile is { } log)
                {
                    text.Empty("log", ("file", log));
                }

                text.Close();
                break;
            case { LogFile: { } file }:
                text.Open("serial", ("type", "file"));
                text.Empty("source", ("path", file));
                text.Close();
                break;
            default:
                text.Empty("serial", ("type", "null"));
                break;
        }
    }

    private void LeafIf(string name, string? content)
    {
        if (content is not null)
        {
            text.Leaf(name, content);
        }
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
