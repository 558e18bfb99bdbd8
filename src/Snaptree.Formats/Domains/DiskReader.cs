using System.Collections.Immutable;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Snaptree.Model;

namespace Snaptree.Formats;

/// <summary>Reads one <c>disk</c>. What cannot be read whole is refused at once: a snapshot must never miss a disk in silence.</summary>
internal sealed partial class DiskReader
{
    private const string Path = "devices/disk";

    private readonly XElement disk;
    private readonly string target;
    private readonly Findings findings;

    private DiskReader(XElement disk, Findings findings)
    {
        this.disk = disk;
        this.findings = findings;
        target = TargetOf(disk).Name;
    }

    internal static ImmutableArray<DomainDisk> ReadAll(XElement devices, Findings findings)
    {
        var disks = devices.Elements("disk").Select(disk => new DiskReader(disk, findings).Read()).ToImmutableArray();
        if (disks.GroupBy(disk => disk.Target).FirstOrDefault(group => group.Count() > 1) is { } sameTarget)
        {
            throw XmlErrors.Wrong(
                $"two disks have the target '{sameTarget.Key}'", "Give each disk its own <target dev='…'/>.", sameTarget.Key.Name);
        }

        var sameSource = disks.Where(disk => disk.Source is not null).GroupBy(disk => disk.Source).FirstOrDefault(group => group.Count() > 1);
        return sameSource is null ? disks : throw XmlErrors.Wrong(
            $"the disks {string.Join(" and ", sameSource.Select(disk => disk.Target))} have the same image {sameSource.Key}",
            "Give each disk its own image; two writers would destroy it.",
            sameSource.Last().Target.Name);
    }

    internal static DiskTarget TargetOf(XElement disk)
    {
        var name = Values.Attribute(Values.Single(disk, "target"), "dev");
        return name is not null && TargetRule().IsMatch(name)
            ? new DiskTarget(name)
            : throw XmlErrors.Wrong(
                name is null ? "a <disk> has no <target dev='…'/>" : $"'{name}' is no name for a disk", "Name it as in <target dev='vda'/>.", name);
    }

    private DomainDisk Read()
    {
        findings.Others(
            disk, Path, ["type", "device", "snapshot"],
            ["driver", "source", "target", "readonly", "serial", "alias", "boot", "backingStore"]);
        var device = ReadDevice();
        var source = ReadSource();
        if (source is null && device == DiskDevice.Disk)
        {
            throw Wrong("has no image", "Add <source file='…'/>; only a CD-ROM drive may be empty.");
        }

        return new DomainDisk(new DiskTarget(target), device, ReadBus(device), source, ReadFormat())
        {
            ReadOnly = device == DiskDevice.Cdrom || disk.Element("readonly") is not null,
            SnapshotDefault = ReadSnapshotDefault(),
            Serial = ReadSerial(),
        };
    }

    private DiskDevice ReadDevice() => Values.Attribute(disk, "device") switch
    {
        null or "disk" => DiskDevice.Disk,
        "cdrom" => DiskDevice.Cdrom,
        var other => throw Unsupported($"is a '{other}'", "Only device='disk' and device='cdrom' can be realised."),
    };

    private ImagePath? ReadSource()
    {
        var attribute = Values.Attribute(disk, "type") switch
        {
            null or "file" => "file",
            "block" => "dev",
            var other => throw Unsupported($"has the storage type '{other}'", "Only type='file' and type='block' can be realised."),
        };
        if (Values.Single(disk, "source") is not { } source)
        {
            return null;
        }

        findings.Others(source, $"{Path}/source", [attribute, "index"], ["seclabel"]);
        return Values.Attribute(source, attribute) switch
        {
            null => null,
            ['/', ..] path => new ImagePath(path),
            var relative => throw Wrong($"has the image path '{relative}', which is not absolute", "Give the whole path, beginning with '/'."),
        };
    }

    private ImageFormat ReadFormat()
    {
        if (Values.Single(disk, "driver") is not { } driver)
        {
            return ImageFormat.Raw;
        }

        findings.Others(
            driver, $"{Path}/driver",
            ["name", "type", "cache", "io", "discard", "detect_zeroes", "error_policy", "rerror_policy", "iothread"], []);
        findings.AddIf(
            Values.Attribute(driver, "cache") is not (null or "default" or "none" or "writeback" or "unsafe"), $"{Path}/driver/@cache");
        var text = Values.Attribute(driver, "type") ?? "raw";
        return Vocabulary.Format(text) ?? throw Unsupported($"has the image format '{text}'", "Only raw and qcow2 can be realised.");
    }

    private DiskBus ReadBus(DiskDevice device)
    {
        var element = Values.Single(disk, "target")!;
        findings.Others(element, $"{Path}/target", ["dev", "bus", "tray"], []);
        findings.AddIf(Values.Attribute(element, "tray") is "open", $"{Path}/target/@tray");
        var text = Values.Attribute(element, "bus") ?? BusOf(target);
        var bus = text is null ? null : Vocabulary.Bus(text);
        return bus switch
        {
            null => throw Unsupported(
                text is null ? "has no bus, and its name tells none" : $"is on the bus '{text}'", "Say bus='virtio', 'ide' or 'sata'."),
            DiskBus.Virtio when device == DiskDevice.Cdrom => throw Unsupported("is a CD-ROM drive on virtio", "Use bus='sata' or 'ide'."),
            { } known => known,
        };
    }

    private static string? BusOf(string target) => target[..Math.Min(2, target.Length)] switch
    {
        "vd" => "virtio",
        "hd" => "ide",
        "sd" => "sata",
        _ => null,
    };

    private SnapshotLocation? ReadSnapshotDefault() => Values.Attribute(disk, "snapshot") switch
    {
        null => null,
        var text => Vocabulary.Location(text)
            ?? throw Wrong($"has snapshot='{text}', which is unknown", "Write no, internal, external or manual."),
    };

    private string? ReadSerial() => Values.Single(disk, "serial")?.Value.Trim() switch
    {
        null or "" => null,
        var serial when SerialRule().IsMatch(serial) => serial,
        var serial => throw Wrong($"has the serial number '{serial}'", "Use letters, digits, spaces and '_-.+' only."),
    };

    private SnapshotException Wrong(string what, string remedy) => XmlErrors.Wrong($"disk '{target}' {what}", remedy, target);

    private SnapshotException Unsupported(string what, string remedy) => XmlErrors.Unsupported($"disk '{target}' {what}", remedy, target);

    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9_]*\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex TargetRule();

    [GeneratedRegex(@"\A[A-Za-z0-9 _.+\-]+\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex SerialRule();
}
