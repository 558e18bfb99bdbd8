using System.Collections.Immutable;
using System.Diagnostics;
using Snaptree.Model;

namespace Snaptree.Formats.Tests;

/// <summary>
/// The real virsh on libvirt's test driver, with a domain whose disks are of every kind, in a folder of its own; and the same domain as we
/// see it. What it says is what we must say.
/// </summary>
public sealed class TestDriver : IDisposable
{
    public const string Domain = "t";
    public static readonly Guid Uuid = new("11111111-1111-1111-1111-111111111111");

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly string folder = Directory.CreateTempSubdirectory("snaptree-virsh-").FullName;

    public TestDriver()
    {
        foreach (var name in new[] { "x.a", "y.b", "noext", ".hid" })
        {
            File.WriteAllText($"{folder}/{name}", "");
        }

        Disks =
        [
            Disk("vda", "x.a"), Disk("vdb", "missing.b"), Disk("vdd", ".hid"),
            Disk("vde", "noext") with { SnapshotDefault = SnapshotLocation.External },
            Disk("vdf", "noext") with { SnapshotDefault = SnapshotLocation.Internal },
            Disk("vdg", "y.b") with { SnapshotDefault = SnapshotLocation.Manual },
            Disk("vdh", "y2.b") with { SnapshotDefault = SnapshotLocation.No },
            Disk("vdj", "x.a") with { ReadOnly = true },
            new DomainDisk(new("hda"), DiskDevice.Cdrom, DiskBus.Ide, null, ImageFormat.Raw) { ReadOnly = true },
        ];
        File.WriteAllText($"{folder}/node.xml", $"<node>{DomainText(Disks)}</node>");
        Shown = Ask($"dumpxml {Domain}")[..^1];
    }

    public ImmutableArray<DomainDisk> Disks { get; }

    /// <summary>The domain document as the driver shows it, with the number of the running instance in it.</summary>
    public string Shown { get; }

    public DomainDefinition Definition => new()
    {
        Name = DomainName.Parse(Domain),
        Uuid = Uuid,
        Accelerator = Accelerator.Tcg,
        MemoryBytes = 1 << 30,
        VirtualCpus = 1,
        Disks = Disks,
    };

    public string Folder => folder;

    /// <summary>A path with the folder's name in place of <c>@</c>.</summary>
    public string At(string text) => text.Replace("@", folder);

    /// <summary>Keeps a document; gives its path.</summary>
    public string Keep(string name, string document)
    {
        File.WriteAllText($"{folder}/{name}", document);
        return $"{folder}/{name}";
    }

    /// <summary>All that these commands print, errors among it, in one session.</summary>
    public string Ask(string commands)
    {
        var start = new ProcessStartInfo("/bin/sh")
        {
            ArgumentList = { "-c", "exec virsh -c \"$1\" \"$2\" 2>&1", "sh", $"test:///{folder}/node.xml", commands },
            Environment = { ["LC_ALL"] = "C.UTF-8", ["LIBVIRT_LOG_OUTPUTS"] = "4:file:/dev/null" },
            RedirectStandardOutput = true,
        };
        using var virsh = Process.Start(start)!;
        var said = virsh.StandardOutput.ReadToEndAsync();
        Assert.True(said.Wait(Limit) && virsh.WaitForExit(Limit), "virsh did not end in time");
        return said.Result;
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private DomainDisk Disk(string target, string file) =>
        new(new(target), DiskDevice.Disk, DiskBus.Virtio, new ImagePath($"{folder}/{file}"), ImageFormat.Qcow2);

    private static string DomainText(IEnumerable<DomainDisk> disks) =>
        $"""
        <domain type='test'>
          <name>{Domain}</name><uuid>{Uuid}</uuid><memory>1048576</memory><os><type>hvm</type></os>
          <devices>{string.Concat(disks.Select(DiskText))}<graphics type='vnc' port='-1' passwd='secret'/></devices>
        </domain>
        """;

    private static string DiskText(DomainDisk disk)
    {
        var location = disk.SnapshotDefault is { } place ? $" snapshot='{place.ToString().ToLowerInvariant()}'" : "";
        var source = disk.Source is { } path ? $"<driver name='qemu' type='qcow2'/><source file='{path}'/>" : "";
        var (device, bus) = disk.Device == DiskDevice.Cdrom ? ("cdrom", "ide") : ("disk", "virtio");
        return $"<disk type='file' device='{device}'{location}>{source}<target dev='{disk.Target}' bus='{bus}'/>{(disk.ReadOnly ? "<readonly/>" : "")}</disk>";
    }
}
