using Snaptree.Model;
using static Snaptree.Formats.Tests.Samples;

namespace Snaptree.Formats.Tests;

public class DomainXmlRefusalTests
{
    [Theory]
    [InlineData("<memory>0</memory>")]
    [InlineData("<memory>-1</memory>")]
    [InlineData("<memory>lots</memory>")]
    [InlineData("<memory unit='XiB'>1</memory>")]
    [InlineData("<memory unit=''>1</memory>")]
    [InlineData("<memory unit='EiB'>8</memory>")]
    [InlineData("<memory unit='EiB'>18446744073709551615</memory>")]
    [InlineData("<memory>1</memory><memory>2</memory>")]
    [InlineData("")]
    public void A_wrong_memory_size_is_27(string memory)
    {
        var refusal = Refused(Domain(memory: memory));
        Assert.Equal(ErrorCode.Xml, refusal.Code);
        Assert.Contains("<memory>", refusal.Message + refusal.Remedy);
    }

    [Theory]
    [InlineData("<domain type='xen'><name>d</name></domain>", ErrorCode.ConfigUnsupported, "xen")]
    [InlineData("<domain><name>d</name></domain>", ErrorCode.Xml, "type")]
    [InlineData("<domain type='qemu'/>", ErrorCode.Xml, "<name>")]
    [InlineData("<domain type='qemu'><name>a/b</name></domain>", ErrorCode.Xml, "a/b")]
    [InlineData("<domain type='qemu'><name>a</name><name>b</name></domain>", ErrorCode.Xml, "more than one <name>")]
    [InlineData("<domain type='qemu'><name>d</name></domain>", ErrorCode.Xml, "<uuid>")]
    [InlineData("<domain type='qemu'><name>d</name><uuid>nonsense</uuid></domain>", ErrorCode.Xml, "nonsense")]
    [InlineData("<network/>", ErrorCode.Xml, "expecting root element of 'domain'")]
    public void A_wrong_head_is_refused_by_name(string xml, ErrorCode code, string named)
    {
        var refusal = Refused(xml);
        Assert.Equal(code, refusal.Code);
        Assert.Contains(named, refusal.Message);
        Assert.NotEmpty(refusal.Remedy);
    }

    [Theory]
    [InlineData("", ErrorCode.Xml, "<os>")]
    [InlineData("<os/>", ErrorCode.Xml, "<type>")]
    [InlineData("<os><type>linux</type></os>", ErrorCode.ConfigUnsupported, "linux")]
    [InlineData("<os><type machine='pc,accel=x'>hvm</type></os>", ErrorCode.Xml, "machine type")]
    [InlineData("<os><type>hvm</type><initrd>/i</initrd></os>", ErrorCode.Xml, "<kernel>")]
    [InlineData("<os><type>hvm</type><kernel>k</kernel></os>", ErrorCode.Xml, "os/kernel")]
    public void A_wrong_os_is_refused_by_name(string os, ErrorCode code, string named)
    {
        var refusal = Refused(Domain(os: os));
        Assert.Equal(code, refusal.Code);
        Assert.Contains(named, refusal.Message);
    }

    [Theory]
    [InlineData("<vcpu>0</vcpu>", ErrorCode.Xml, "<vcpu>")]
    [InlineData("<vcpu>two</vcpu>", ErrorCode.Xml, "two")]
    [InlineData("<on_reboot>dance</on_reboot>", ErrorCode.ConfigUnsupported, "dance")]
    [InlineData("<cpu mode='odd'/>", ErrorCode.ConfigUnsupported, "odd")]
    [InlineData("<cpu mode='custom'/>", ErrorCode.Xml, "<model>")]
    [InlineData("<cpu><model>a,b=c</model></cpu>", ErrorCode.Xml, "a,b=c")]
    public void A_wrong_value_is_refused_by_name(string top, ErrorCode code, string named)
    {
        var refusal = Refused(Domain(top));
        Assert.Equal(code, refusal.Code);
        Assert.Contains(named, refusal.Message);
    }

    [Theory]
    [InlineData("<emulator>qemu</emulator>", "emulator")]
    [InlineData("<serial type='file'/>", "source")]
    [InlineData("<serial type='unix'><source path='s'/></serial>", "devices/serial/source")]
    [InlineData("<interface type='user'><mac address='xx'/></interface>", "xx")]
    [InlineData("<interface type='user'><model type='a,b'/></interface>", "a,b")]
    [InlineData("<video/>", "<model>")]
    public void A_wrong_device_is_27(string devices, string named)
    {
        var refusal = Refused(Domain(devices: devices));
        Assert.Equal(ErrorCode.Xml, refusal.Code);
        Assert.Contains(named, refusal.Message);
    }

    public static TheoryData<string, ErrorCode> WrongDisks => new()
    {
        { Disk(attributes: "type='network'"), ErrorCode.ConfigUnsupported },
        { Disk(attributes: "type='file' device='floppy'"), ErrorCode.ConfigUnsupported },
        { Disk(attributes: "type='file' device='cdrom'"), ErrorCode.ConfigUnsupported },
        { Disk(inner: "<driver type='vmdk'/>"), ErrorCode.ConfigUnsupported },
        { Disk(target: "<target dev='vda' bus='scsi'/>"), ErrorCode.ConfigUnsupported },
        { Disk(attributes: "type='file' snapshot='maybe'"), ErrorCode.Xml },
        { Disk(source: "<source file='a.qcow2'/>"), ErrorCode.Xml },
        { Disk(source: ""), ErrorCode.Xml },
        { Disk(inner: "<serial>a,b</serial>"), ErrorCode.Xml },
        { Disk() + Disk(source: "<source file='/i/b'/>"), ErrorCode.Xml },
    };

    [Theory]
    [MemberData(nameof(WrongDisks))]
    public void A_wrong_disk_is_refused_with_its_target(string disks, ErrorCode code)
    {
        var refusal = Refused(Domain(devices: disks));
        Assert.Equal(code, refusal.Code);
        Assert.Equal("vda", refusal.Disk);
        Assert.Contains("vda", refusal.Message);
    }

    [Fact]
    public void Two_disks_on_one_image_are_refused_with_both_names()
    {
        var refusal = Refused(Domain(devices: Disk() + Disk(target: "<target dev='vdb'/>")));
        Assert.Equal(ErrorCode.Xml, refusal.Code);
        Assert.Contains("vda and vdb", refusal.Message);
        Assert.Contains("/i/a", refusal.Message);
    }

    [Theory]
    [InlineData("<target dev='xyz'/>", ErrorCode.ConfigUnsupported)]
    [InlineData("<target dev='v,da'/>", ErrorCode.Xml)]
    [InlineData("<target/>", ErrorCode.Xml)]
    public void A_wrong_target_is_refused(string target, ErrorCode code) =>
        Assert.Equal(code, Refused(Domain(devices: Disk(target: target))).Code);
}
