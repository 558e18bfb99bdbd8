using System.Text.RegularExpressions;
using Snaptree.Model;

namespace Snaptree.Formats.Tests;

/// <summary>Create, as the real virsh does it with the same document: the same refusal, or the same document afterwards, byte for byte.</summary>
public sealed class VirshCreateTests(TestDriver driver) : IClassFixture<TestDriver>
{
    private const string Rest = "<disk name='vdb' snapshot='no'/>";

    public static TheoryData<string> Documents =>
    [
        .. new[]
        {
            "", "<name/>", "<name>x</name><name>y</name>", "<name> a<b>c</b> </name>", "<name><!-- c -->q</name>",
            "<description>a&lt;b&gt; &apos;&quot;&amp; é 日本</description>", "<later x='1'><y/></later>", "<state>odd</state><creationTime>z</creationTime>",
            "<memory/>", "<memory snapshot='no'/>", "<memory snapshot='internal'/>", $"<memory file='/m'/>{Disks(Rest)}",
            $"<memory snapshot='external' file='/m'/>{Disks(Rest)}", "<memory snapshot='external'/>",
            "<memory snapshot='internal' file='/m'/>", "<memory snapshot='no' file='/m'/>", "<memory snapshot='manual'/>",
            "<memory snapshot='default'/>", "<memory snapshot='odd'/>", "<memory snapshot=''/>", "<memory file='m'/>", "<memory file=''/>",
            "<memory snapshot='no'/><memory snapshot='odd'/>", "<memory file='rel'/><disks><disk/></disks>",
            "<disks/>", "<disks/><disks/>", Disks("<disk/>"), Disks("<disk type='odd'/>"), Disks("<disk name=''/>"),
            Disks("<foo name='vdq'/>"), "<disks><disk name='vda'/></disks><disks><disk name='vda'/></disks>",
        },
        .. new[] { "default", "odd", "", "no", "external", "internal" }.Select(word => Disks($"<disk name='vda' snapshot='{word}'/>")),
        .. new[] { "no", "external", "internal" }.SelectMany(word => new[] { "vde", "vdf", "vdg", "vdh", "vdj", "hda" }
            .Select(name => Disks($"<disk name='{name}' snapshot='{word}'/>"))),
        .. new[] { "vda", "vde", "vdf", "vdg", "vdh", "vdj", "hda" }.Select(name => Disks($"<disk name='{name}'/>")),
        .. new[] { "odd", "none", "", "volume", "dir", "file", "block", "nvme", "vhostuser", "network" }
            .Select(word => Disks($"<disk name='vda' type='{word}'/>")),
        .. new[] { "none", "auto", "raw", "qcow2", "qed", "vmdk", "vhd", "luks", "QCOW2", "" }
            .Select(word => Disks($"<disk name='vda' snapshot='internal'><driver type='{word}'/></disk>")),
        .. new[] { "vdq", "@/x.a", "@/noext", "@/missing.b", "@/y2.b", "/nosuch" }.Select(name => Disks($"<disk name='{name}'/>")),
        Disks("<disk name='vda'/><disk name='vda'/>"), Disks("<disk name='vdb'/><disk name='@/missing.b'/>"),
        Disks(string.Concat(Enumerable.Repeat("<disk name='vda'/>", 10))),
        Disks("<disk name='vda'><source file='rel'/></disk>"), Disks("<disk name='vda'><source file=''/></disk>"),
        Disks("<disk name='vda' type='block'><source dev='rel'/></disk>"), Disks("<disk name='vda'><source dev='/x'/></disk>"),
        Disks("<disk name='vda' snapshot='internal'><source file='/a'/></disk>"), Disks("<disk name='vda' snapshot='no'><source file='/a'/></disk>"),
        Disks("<disk name='vda' type='network'><source/></disk>"), Disks("<disk name='vda' type='network'><source protocol='odd'/></disk>"),
        Disks("<disk name='vda' type='network'><source protocol='rbd'/></disk>"),
        Disks("<disk name='vda' type='network'><source protocol='nbd'><host name='a' transport='odd'/></source></disk>"),
        Disks("<disk name='vda'><driver type='odd'><metadata_cache><max_size>x</max_size></metadata_cache></driver><source file='rel'/></disk>"),
        .. new[]
        {
            ">x<", "> 4 <", ">-4<", ">4.5<", ">4 KiB<", "><", ">0<", ">99999999999999999999999<", " unit='q'>4<", " unit='KiBx'>1<", " unit=''>4<",
            " unit='EiB'>99<", " unit='kib'>4<", " unit='KB'>4<", " unit='M'>3<",
        }.Select(size => Cached(size)),
        External("<disk name='vda' snapshot='no'/>"), External("<disk name='vde'/><disk name='vda'/>"),
        External("<disk name='vdg' snapshot='external'/>"), External("<disk name='vdh' snapshot='external'><source file='/h'/></disk>"),
        External("<disk name='vdh' snapshot='external'/>"), External("<disk name='hda' snapshot='external'/>"), External("<disk name='vdj' snapshot='external'/>"),
        External("<disk name='vda' type='block'/>"), External("<disk name='vda' snapshot='external' type='network'/>"),
        External("<disk name='vda' type='block'><source dev='/dev/x'/></disk>"),
        External("<disk name='vda' type='network'><driver type='qcow2'/><source protocol='gluster' name='v/a'><host name='h' port='24'/></source></disk>"),
        External("<disk name='vda'><driver type='qcow2'/><source file='/a'><seclabel model='selinux' relabel='no'/></source></disk>"),
        External("<disk name='vda'><source file='/a'><seclabel model='dac' relabel='yes'>\n <label>1:1</label>\n</seclabel></source></disk>"),
        External("<disk name='vda'><source><seclabel model='selinux' relabel='no'/></source></disk>"),
        External("<disk name='vda'><driver type='raw'/></disk>"), External("<disk name='vda'><source file='@/noext.x'/></disk>"),
        External("<disk name='vdf'><source file='@/x.x'/></disk>"), External("<disk name='vda' snapshot='internal'><source file='/x'/></disk>"),
        External("<disk name='vda'><snapshotDeleteInProgress/></disk>"), "<memory file='/m'/>",
    ];

    [Theory]
    [MemberData(nameof(Documents))]
    public void A_document_for_create_fares_as_with_virsh(string inner)
    {
        var xml = driver.At($"<domainsnapshot>{(inner.Contains("<name") ? "" : "<name>x</name>")}{inner}</domainsnapshot>");
        var said = driver.Ask($"snapshot-create {TestDriver.Domain} {driver.Keep("create.xml", xml)}; snapshot-list {TestDriver.Domain} --name");
        if (said.StartsWith("error: ", StringComparison.Ordinal))
        {
            Assert.Equal(said.Split("\n\n")[0], "error: " + LibvirtText.Of(Samples.Refused(() => Take(xml, DateTimeOffset.UnixEpoch))));
            return;
        }

        // The whole session again: the driver remembers nothing between two, and the name may be the time of the moment.
        var full = driver.Ask($"snapshot-create {TestDriver.Domain} {driver.Keep("create.xml", xml)}; snapshot-current {TestDriver.Domain}");
        var document = full[full.IndexOf("<domainsnapshot>", StringComparison.Ordinal)..].TrimEnd('\n') + "\n";
        var created = DateTimeOffset.FromUnixTimeSeconds(
            long.Parse(Regex.Match(document, "<creationTime>([0-9]+)</creationTime>", RegexOptions.None, TimeSpan.FromSeconds(1)).Groups[1].Value));
        Assert.Equal(document, SnapshotXml.Write(Take(xml, created), new SnapshotTexts(driver.Shown), parentName: null));
    }

    /// <summary>What the test driver does: memory external makes everything external, everything else is internal, and the domain runs.</summary>
    private Snapshot Take(string xml, DateTimeOffset now)
    {
        var document = SnapshotXml.ParseCreate(xml, offline: false, now);
        var fallback = document.Memory == MemoryLocation.External ? SnapshotLocation.External : SnapshotLocation.Internal;
        var disks = SnapshotDiskAlignment.Align(
            document.Disks, driver.Disks, new AlignmentRules(fallback, document.Name!, path => File.Exists(path.Value)));
        return new Snapshot
        {
            Uuid = Guid.Empty,
            Name = SnapshotName.Parse(document.Name),
            Description = document.Description,
            CreatedAt = now,
            State = SnapshotState.Running,
            Memory = fallback == SnapshotLocation.External ? MemoryLocation.External : MemoryLocation.Internal,
            MemoryPath = document.MemoryPath,
            Disks = [.. disks.Select(disk => new SnapshotDisk(new(disk.Name), disk.Location!.Value, null, null, disk.Image) { Details = disk.Details })],
        };
    }

    private static string Disks(string disks) => $"<disks>{disks}</disks>";

    private static string External(string disks) =>
        $"<memory file='/m'/><disks>{Rest}{(disks.Contains("'vdh'") ? "" : "<disk name='vdh' snapshot='no'/>")}{disks}</disks>";

    private static string Cached(string size) =>
        External($"<disk name='vda'><driver type='qcow2'><metadata_cache><max_size{size}/max_size></metadata_cache></driver></disk>");
}
