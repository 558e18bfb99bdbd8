using Snaptree.Model;
using static Snaptree.Formats.Tests.Samples;

namespace Snaptree.Formats.Tests;

public class DomainXmlEditTests
{
    [Fact]
    public void The_right_name_and_UUID_give_back_the_very_same_string()
    {
        Assert.Same(Full, DomainXml.WithName(Full, DomainName.Parse("web1")));
        Assert.Same(Full, DomainXml.WithUuid(Full, Guid.Parse(Uuid)));
    }

    [Fact]
    public void A_new_name_changes_the_name_and_not_one_character_more() =>
        Assert.Equal(
            Full.Replace("<name>web1</name>", "<name>a &lt;b&gt; 日本</name>"),
            DomainXml.WithName(Full, DomainName.Parse("a <b> 日本")));

    [Theory]
    [InlineData("<!-- <name>no</name> --><domain type='x>y'\n a = \"'/>\"><name><![CDATA[old]]></name>\r\n<x><name>in</name></x></domain >")]
    [InlineData("<?p <name>no</name> ?><domain type='x>y'\n a = \"'/>\"><x/><name >o<!-- </name> -->ld</name></domain>\r\n")]
    public void The_name_is_found_between_everything_that_looks_like_one(string xml)
    {
        var changed = DomainXml.WithName(xml, DomainName.Parse("new"));
        var start = xml.IndexOf("old", StringComparison.Ordinal) is var at && at > 0 ? at - 9 : xml.IndexOf("o<!", StringComparison.Ordinal);
        Assert.StartsWith(xml[..start] + "new</name>", changed);
        Assert.Equal("new", System.Xml.Linq.XElement.Parse(changed).Element("name")!.Value);
        Assert.EndsWith(xml[xml.LastIndexOf("</domain", StringComparison.Ordinal)..], changed);
    }

    [Fact]
    public void A_missing_UUID_is_written_after_the_name_on_a_line_of_its_own()
    {
        const string without = "<domain type='kvm'>\n  <name>a</name>\n  <memory>1</memory>\n</domain>\n";
        Assert.Equal(
            $"<domain type='kvm'>\n  <name>a</name>\n  <uuid>{Uuid}</uuid>\n  <memory>1</memory>\n</domain>\n",
            DomainXml.WithUuid(without, Guid.Parse(Uuid)));
    }

    [Theory]
    [InlineData("<uuid/>")]
    [InlineData("<uuid></uuid>")]
    [InlineData("<uuid>00000000-0000-0000-0000-000000000000</uuid>")]
    public void A_UUID_that_is_there_is_replaced(string uuid) =>
        Assert.Equal(
            $"<domain><name>a</name><uuid>{Uuid}</uuid></domain>",
            DomainXml.WithUuid($"<domain><name>a</name>{uuid}</domain>", Guid.Parse(Uuid)));

    [Fact]
    public void A_disk_moves_to_its_overlay_and_nothing_else_changes() =>
        Assert.Equal(
            Full.Replace("/images/a &amp; b.qcow2", "/o/it&apos;s &quot;1&quot;"),
            WithSource(Full, "vda", "/o/it's \"1\"", ImageFormat.Qcow2));

    [Fact]
    public void A_disk_that_is_right_already_gives_back_the_very_same_string() =>
        Assert.Same(Full, WithSource(Full, "vda", "/images/a & b.qcow2", ImageFormat.Qcow2));

    [Theory]
    [InlineData("<disk><source file='/i/a'/><target dev='vda'/></disk>", "/o", "<disk><driver name='qemu' type='qcow2'/><source file='/o'/><target dev='vda'/></disk>")]
    [InlineData("<disk>\n  <driver name='qemu' />\n  <source file='/i/a'>\n  </source><target dev='vda'/></disk>", "/o", "<disk>\n  <driver name='qemu' type='qcow2' />\n  <source file='/o'>\n  </source><target dev='vda'/></disk>")]
    [InlineData("<disk device='cdrom'>\n  <target dev='vda'/>\n</disk>", "/o", "<disk device='cdrom'>\n  <driver name='qemu' type='qcow2'/>\n  <source file='/o'/>\n  <target dev='vda'/>\n</disk>")]
    [InlineData("<disk type='block'><source dev='/dev/a'/><target dev='vda'/></disk>", "/o", "<disk type='file'><driver name='qemu' type='qcow2'/><source file='/o'/><target dev='vda'/></disk>")]
    [InlineData("<disk type='block'><driver type='qcow2'/><source dev='/dev/a'/><target dev='vda'/></disk>", "/dev/b", "<disk type='block'><driver type='qcow2'/><source dev='/dev/b'/><target dev='vda'/></disk>")]
    [InlineData("<disk><driver type='qcow2'/><source/><backingStore type='file'><source file='/x'/></backingStore><target dev='vda'/></disk>", "/o", "<disk><driver type='qcow2'/><source file='/o'/><target dev='vda'/></disk>")]
    public void Every_way_to_write_a_disk_can_be_pointed_elsewhere(string disk, string path, string expected) =>
        Assert.Equal(Domain(devices: expected), WithSource(Domain(devices: disk), "vda", path, ImageFormat.Qcow2));

    [Fact]
    public void A_disk_that_is_not_there_is_refused_with_those_that_are()
    {
        var refusal = Refused(() => WithSource(Full, "vdz", "/o", ImageFormat.Raw));
        Assert.Equal(ErrorCode.Xml, refusal.Code);
        Assert.Equal("vdz", refusal.Disk);
        Assert.Contains("vda, sdb, hda", refusal.Remedy);
    }

    private static string WithSource(string xml, string target, string path, ImageFormat format) => DomainXml.WithDiskSources(
        xml, new Dictionary<DiskTarget, (ImagePath, ImageFormat)> { [new(target)] = (new ImagePath(path), format) });

    [Theory]
    [InlineData("<domain type='test'>", "<domain type='test' id='7'>")]
    [InlineData("<domain  xmlns:q='u'  type=\"kvm\" >", "<domain  xmlns:q='u'  type=\"kvm\" id='7' >")]
    [InlineData("<domain type='test' id='7'>", "<domain type='test' id='7'>")]
    [InlineData("<domain id='3' type='test'>", "<domain id='7' type='test'>")]
    public void A_running_domain_shows_the_id_of_its_process_after_its_type(string tag, string shown)
    {
        const string rest = "<name>a</name></domain>\n";
        Assert.Equal(shown + rest, DomainXml.WithId(tag + rest, 7));
        Assert.DoesNotContain(" id=", DomainXml.WithId(shown + rest, null));
    }

    [Fact]
    public void A_document_without_id_is_the_very_same_string_when_none_is_asked_for()
    {
        const string without = "<domain type='kvm'><name>a</name></domain>";
        Assert.Same(without, DomainXml.WithId(without, null));
    }
}
