using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using Snaptree.Model;

namespace Snaptree.Formats.Tests;

public class SnapshotXmlRecordTests
{
    private const string DomainText =
        """
        <?xml version='1.0'?>
        <domain type='kvm'>
          <name>web1</name>
          <description>two
          lines</description>
          <devices>
            <disk type='file' device='disk'>
              <source file='/images/web1.raw'/>
              <target dev='vda' bus='virtio'/>
            </disk>
            <disk type='file' device='disk'>
              <source file='/images/data.raw'/>
              <target dev='vdb' bus='virtio'/>
            </disk>
          </devices>
        </domain>

        """;

    private const string Golden =
        """
        <domainsnapshot>
          <name>a&lt;1&gt;</name>
          <description>it&apos;s</description>
          <state>running</state>
          <parent>
            <name>base</name>
          </parent>
          <creationTime>1795222118</creationTime>
          <memory snapshot='external' file='/m/a.mem'/>
          <disks>
            <disk name='vda' snapshot='external' type='file'>
              <driver type='qcow2'/>
              <source file='/images/web1.a'/>
            </disk>
            <disk name='vdb' snapshot='no'/>
          </disks>
          <domain type='kvm'>
            <name>web1</name>
            <description>two
          lines</description>
            <devices>
              <disk type='file' device='disk'>
                <driver name='qemu' type='qcow2'/>
                <source file='/images/web1.base'/>
                <target dev='vda' bus='virtio'/>
              </disk>
              <disk type='file' device='disk'>
                <source file='/images/data.raw'/>
                <target dev='vdb' bus='virtio'/>
              </disk>
            </devices>
          </domain>
          <snaptree:record xmlns:snaptree='https://snaptree.dev/record/1' uuid='00000000-0000-0000-0000-000000000001' parent='00000000-0000-0000-0000-000000000002' created='2026-11-21T00:48:38.1234567Z'>
            <snaptree:disk name='vda' image='/images/web1.base' format='qcow2'/>
            <snaptree:disk name='vdb'/>
          </snaptree:record>
          <active>1</active>
        </domainsnapshot>

        """;

    private static readonly SnapshotTexts Texts = new(DomainText);

    private static readonly Snapshot Sample = new()
    {
        Uuid = new Guid("00000000-0000-0000-0000-000000000001"),
        Name = SnapshotName.Parse("a<1>"),
        Description = "it's",
        CreatedAt = DateTimeOffset.FromUnixTimeSeconds(1795222118).AddTicks(1234567),
        State = SnapshotState.Running,
        Parent = new Guid("00000000-0000-0000-0000-000000000002"),
        Memory = MemoryLocation.External,
        MemoryPath = "/m/a.mem",
        Disks =
        [
            new(new("vda"), SnapshotLocation.External, new ImagePath("/images/web1.base"), ImageFormat.Qcow2, new ImagePath("/images/web1.a")),
            new(new("vdb"), SnapshotLocation.No, null, null, null),
        ],
    };

    [Fact]
    public void A_record_file_is_written_in_libvirts_order_and_style() =>
        Assert.Equal(Golden, SnapshotXml.WriteRecord(Sample, Texts, "base", active: true));

    [Fact]
    public void A_document_for_show_has_nothing_of_ours()
    {
        var start = Golden.IndexOf("  <snaptree:record", StringComparison.Ordinal);
        Assert.Equal(Golden[..start] + "</domainsnapshot>\n", SnapshotXml.Write(Sample, Texts, "base"));
    }

    [Fact]
    public void A_record_file_is_read_back_whole()
    {
        var record = SnapshotXml.ReadRecord(Golden);
        AssertSame(Sample, record.Snapshot);
        Assert.Equal(("base", true), (record.ParentName, record.Active));
        Assert.Equal(
            DomainText.Replace("<?xml version='1.0'?>\n", "").TrimEnd('\n').Replace(
                "<source file='/images/web1.raw'/>", "<driver name='qemu' type='qcow2'/>\n      <source file='/images/web1.base'/>"),
            record.DomainXml);
        Assert.Equal(Golden, SnapshotXml.WriteRecord(record.Snapshot, record.Texts, record.ParentName, record.Active));
    }

    [Fact]
    public void A_document_for_show_is_a_document_for_create() =>
        Assert.Equal("a<1>", SnapshotXml.ParseCreate(SnapshotXml.Write(Sample, Texts, "base")).Name);

    [Theory]
    [InlineData("  <active>1</active>\n", "", ErrorCode.Internal)]
    [InlineData("<active>1<", "<active>yes<", ErrorCode.Internal)]
    [InlineData("<creationTime>1795222118<", "<creationTime>then<", ErrorCode.Internal)]
    [InlineData("<creationTime>1795222118<", "<creationTime>1795222119<", ErrorCode.Internal)]
    [InlineData("<creationTime>1795222118</creationTime>", "", ErrorCode.Internal)]
    [InlineData("<name>a&lt;1&gt;</name>", "", ErrorCode.Xml)]
    [InlineData("<state>running</state>", "", ErrorCode.Xml)]
    [InlineData("<state>running<", "<state>odd<", ErrorCode.ConfigUnsupported)]
    [InlineData("record/1", "record/2", ErrorCode.Xml)]
    [InlineData("uuid='00000000-", "uuid='x", ErrorCode.Xml)]
    [InlineData("<snaptree:disk name='vdb'/>", "", ErrorCode.Xml)]
    [InlineData("<snaptree:disk name='vdb'/>", "<snaptree:disk name='vdc'/>", ErrorCode.Xml)]
    [InlineData("snapshot='no'", "snapshot='odd'", ErrorCode.Xml)]
    [InlineData("memory snapshot='external'", "memory snapshot='odd'", ErrorCode.Xml)]
    [InlineData("image='/images", "image='images", ErrorCode.Xml)]
    [InlineData("</domainsnapshot>", "", ErrorCode.XmlDetail)]
    public void A_damaged_record_file_is_refused(string good, string bad, ErrorCode code) =>
        Assert.Equal(code, Samples.Refused(() => SnapshotXml.ReadRecord(Golden.Replace(good, bad))).Code);

    [Fact]
    public void A_record_without_a_domain_is_1()
    {
        var start = Golden.IndexOf("  <domain ", StringComparison.Ordinal);
        var end = Golden.IndexOf("  <snaptree:record", StringComparison.Ordinal);
        Assert.Equal(ErrorCode.Internal, Samples.Refused(() => SnapshotXml.ReadRecord(Golden.Remove(start, end - start))).Code);
    }

    [Theory]
    [InlineData(0x0001, "U+0001")]
    [InlineData(0xFFFF, "U+FFFF")]
    [InlineData(0xD800, "U+D800")]
    public void A_text_that_XML_cannot_carry_is_refused_by_its_character(int character, string shown)
    {
        var text = $"a{(char)character}b";
        var refusal = Samples.Refused(() => SnapshotXml.RequireWritable(text, "description"));
        Assert.Equal(ErrorCode.Xml, refusal.Code);
        Assert.Contains("description", refusal.Message);
        Assert.Contains(shown, refusal.Message);
        Assert.Equal(ErrorCode.Xml, Samples.Refused(() => SnapshotXml.Write(Sample with { Description = text }, Texts, null)).Code);
    }

    [Fact]
    public void Any_snapshot_is_read_back_as_it_was() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(500),
        Prop.ForAll(Arb.From(AnyRecord), sample =>
        {
            var written = SnapshotXml.WriteRecord(sample.Snapshot, sample.Texts, sample.ParentName, sample.Active);
            var read = SnapshotXml.ReadRecord(written);
            AssertSame(sample.Snapshot, read.Snapshot);
            Assert.Equal((sample.ParentName, sample.Active), (read.ParentName, read.Active));
            Assert.Equal(written, SnapshotXml.WriteRecord(read.Snapshot, read.Texts, read.ParentName, read.Active));
        }));

    private static Gen<string> AnyText =>
        from pieces in Gen.Elements(
            "a", "Z", "0", " ", "<", ">", "&", "'", "\"", "]]>", "&amp;", "<!--", "é", "日本", "שלום", "😀", "\u200D", "ß", "-", "{0}", "\u00A0")
            .NonEmptyListOf()
        select "n" + string.Concat(pieces.Take(40));

    private static Gen<ImagePath?> AnyPath =>
        Gen.OneOf(AnyText.Select(text => (ImagePath?)new ImagePath("/" + text + "\n\t\r/x")), Gen.Constant<ImagePath?>(null));

    private static Gen<SnapshotRecord> AnyRecord =>
        from name in AnyText
        from parentName in Gen.OneOf(AnyText, Gen.Constant<string>(null!))
        from description in Gen.OneOf(
            AnyText.Select(text => text + "\r\n\t \n"), Gen.Constant(""), Gen.Constant(" \n"), Gen.Constant<string>(null!))
        from state in Gen.Elements(Enum.GetValues<SnapshotState>())
        from ticks in Gen.Choose(0, int.MaxValue).Two()
        from memory in Gen.Elements(Enum.GetValues<MemoryLocation>())
        from location in Gen.Elements(Enum.GetValues<SnapshotLocation>()).Two()
        from format in Gen.Elements(ImageFormat.Raw, ImageFormat.Qcow2).Two()
        from paths in AnyPath.Four()
        from active in Gen.Elements(true, false)
        let disks = ImmutableArray.Create(
            new SnapshotDisk(new("vda"), location.Item1, paths.Item1, format.Item1, paths.Item2),
            new SnapshotDisk(new("vdb"), location.Item2, paths.Item3, paths.Item3 is null ? null : format.Item2, paths.Item4))
        select new SnapshotRecord(
            new Snapshot
            {
                Uuid = new Guid(ticks.Item1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10),
                Name = SnapshotName.Parse(name),
                Description = description,
                State = state,
                CreatedAt = new DateTimeOffset(((long)ticks.Item1 << 30) + ticks.Item2, TimeSpan.Zero),
                Parent = parentName is null ? null : new Guid(ticks.Item2, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11),
                Memory = memory,
                MemoryPath = memory == MemoryLocation.External ? "/m/" + name : null,
                Disks = disks,
            },
            Texts, parentName, active);

    /// <summary>Records compare arrays by reference, so the disks are compared apart.</summary>
    private static void AssertSame(Snapshot expected, Snapshot actual)
    {
        Assert.Equal(expected.Disks, actual.Disks);
        Assert.Equal(expected with { Disks = [] }, actual with { Disks = [] });
    }
}
