using Snaptree.Model;

namespace Snaptree.Formats.Tests;

public class SnapshotXmlCreateTests
{
    [Theory]
    [InlineData("<domainsnapshot/>")]
    [InlineData("<domainsnapshot><name/><description></description><memory/><disks/><later x='1'/></domainsnapshot>")]
    public void What_is_empty_or_unknown_leaves_everything_to_us(string xml)
    {
        var document = SnapshotXml.ParseCreate(xml);
        Assert.Equal((null, null, null, null), (document.Name, document.Description, document.Memory, document.MemoryPath));
        Assert.Empty(document.Disks);
    }

    [Fact]
    public void A_full_document_is_understood_and_what_libvirt_ignores_is_ignored()
    {
        var document = SnapshotXml.ParseCreate(
            """
            <domainsnapshot>
              <name>before upgrade</name>
              <description>  two
            lines </description>
              <state>nonsense</state><parent><name>x</name></parent><creationTime>soon</creationTime><domain/>
              <memory snapshot='external' file='/m/a.mem'/>
              <disks>
                <disk name='vda' snapshot='external' type='file'><driver type='qcow2'/><source file='/o/a'/></disk>
                <disk name='/i/b.qcow2'><source file='/o/b'/></disk>
                <disk name='vdc'><driver type='raw'/></disk>
                <disk name='vdd' type='block'><source dev='/dev/x'/></disk>
                <disk name='vde' snapshot='no'/>
                <disk name='vdf' snapshot='manual'/>
                <disk name='vdg'/>
              </disks>
            </domainsnapshot>
            """);

        Assert.Equal("before upgrade", document.Name);
        Assert.Equal("  two\nlines ", document.Description);
        Assert.Equal((MemoryLocation.External, "/m/a.mem"), (document.Memory, document.MemoryPath));
        Assert.Equal(
            [
                new("vda", SnapshotLocation.External) { Format = "qcow2", Path = "/o/a" },
                new("/i/b.qcow2", SnapshotLocation.External) { Path = "/o/b" },
                new("vdc", SnapshotLocation.External) { Format = "raw" },
                new("vdd", SnapshotLocation.External) { Type = StorageType.Block, Path = "/dev/x" },
                new("vde", SnapshotLocation.No),
                new("vdf", SnapshotLocation.Manual),
                new DocumentDisk("vdg", null),
            ],
            document.Disks);
    }

    [Theory]
    [InlineData("<memory snapshot='no'/>", MemoryLocation.No, null)]
    [InlineData("<memory snapshot='internal'/>", MemoryLocation.Internal, null)]
    [InlineData("<memory file='/m'/>", MemoryLocation.External, "/m")]
    public void Memory_is_resolved_by_libvirts_rules(string memory, MemoryLocation location, string? path)
    {
        var document = SnapshotXml.ParseCreate($"<domainsnapshot>{memory}</domainsnapshot>");
        Assert.Equal((location, path), (document.Memory, document.MemoryPath));
    }

    [Theory]
    [InlineData("<memory snapshot='external'/>", ErrorCode.Xml)]
    [InlineData("<memory snapshot='internal' file='/m'/>", ErrorCode.Xml)]
    [InlineData("<memory snapshot='no' file='/m'/>", ErrorCode.Xml)]
    [InlineData("<memory snapshot='manual'/>", ErrorCode.Xml)]
    [InlineData("<memory snapshot='default'/>", ErrorCode.Xml)]
    [InlineData("<memory file='m'/>", ErrorCode.Xml)]
    [InlineData("<memory file=''/>", ErrorCode.Xml)]
    [InlineData("<disks><disk/></disks>", ErrorCode.Internal)]
    [InlineData("<disks><disk name='vda' snapshot='default'/></disks>", ErrorCode.Xml)]
    [InlineData("<disks><disk name='vda' type='odd'/></disks>", ErrorCode.Xml)]
    [InlineData("<disks><disk name='vda' type='volume'/></disks>", ErrorCode.Xml)]
    [InlineData("<disks><disk name='vda' type='dir'/></disks>", ErrorCode.Xml)]
    [InlineData("<disks><disk name='vda'><driver type='luks'/></disk></disks>", ErrorCode.ConfigUnsupported)]
    [InlineData("<disks><disk name='vda'><source file='o'/></disk></disks>", ErrorCode.Xml)]
    public void What_cannot_be_meant_is_refused_with_libvirts_number(string inner, ErrorCode code)
    {
        var refusal = Samples.Refused(() => SnapshotXml.ParseCreate($"<domainsnapshot>{inner}</domainsnapshot>"));
        Assert.Equal(code, refusal.Code);
        Assert.Equal(inner.Contains("'vda'") ? "vda" : null, refusal.Disk);
    }

    [Fact]
    public void Another_root_is_27() =>
        Assert.Equal(ErrorCode.Xml, Samples.Refused(() => SnapshotXml.ParseCreate("<domain/>")).Code);

    [Fact]
    public void Every_state_has_a_word_and_the_word_means_the_state() =>
        Assert.All(Enum.GetValues<SnapshotState>(), state => Assert.Equal(state, SnapshotStates.Parse(SnapshotStates.ToText(state))));

    [Fact]
    public void An_unknown_state_is_67() => Assert.Equal(ErrorCode.ConfigUnsupported, Samples.Refused(() => SnapshotStates.Parse("asleep")).Code);
}
