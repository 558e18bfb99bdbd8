using Snaptree.Model;

namespace Snaptree.Formats.Tests;

public class DomainXmlWriterTests
{
    private static readonly NewDomain Spec = new(
        DomainName.Parse("web<1>"), Guid.Parse(Samples.Uuid), Accelerator.Tcg, 512L << 20, 2, "q35",
        [
            new(new("vda"), DiskBus.Virtio, new ImagePath("/i/it's.qcow2"), ImageFormat.Qcow2, DiskDevice.Disk, false),
            new(new("sda"), DiskBus.Sata, new ImagePath("/i/cd.iso"), ImageFormat.Raw, DiskDevice.Cdrom, true),
        ],
        new DirectBoot("/k", null, "a=\"b\""),
        [new("/log", "/sock"), new("/log2", null), new(null, "/sock3"), new(null, null)],
        [new("virtio", "52:54:00:00:00:01"), new("e1000", null)],
        RandomDevice: true,
        "qemu64");

    [Fact]
    public void A_new_domain_is_written_as_libvirt_would() =>
        Assert.Equal(
            """
            <domain type='qemu'>
              <name>web&lt;1&gt;</name>
              <uuid>6c3f6a0e-6d9e-4a52-9a1c-5a2f8f0f3f11</uuid>
              <memory unit='KiB'>524288</memory>
              <vcpu>2</vcpu>
              <os>
                <type arch='x86_64' machine='q35'>hvm</type>
                <kernel>/k</kernel>
                <cmdline>a=&quot;b&quot;</cmdline>
              </os>
              <features>
                <acpi/>
                <apic/>
              </features>
              <cpu mode='custom' match='exact'>
                <model>qemu64</model>
              </cpu>
              <clock offset='utc'/>
              <on_poweroff>destroy</on_poweroff>
              <on_reboot>restart</on_reboot>
              <on_crash>destroy</on_crash>
              <devices>
                <disk type='file' device='disk'>
                  <driver name='qemu' type='qcow2'/>
                  <source file='/i/it&apos;s.qcow2'/>
                  <target dev='vda' bus='virtio'/>
                </disk>
                <disk type='file' device='cdrom'>
                  <driver name='qemu' type='raw'/>
                  <source file='/i/cd.iso'/>
                  <target dev='sda' bus='sata'/>
                  <readonly/>
                </disk>
                <interface type='user'>
                  <mac address='52:54:00:00:00:01'/>
                  <model type='virtio'/>
                </interface>
                <interface type='user'>
                  <model type='e1000'/>
                </interface>
                <serial type='unix'>
                  <source mode='bind' path='/sock'/>
                  <log file='/log'/>
                </serial>
                <serial type='file'>
                  <source path='/log2'/>
                </serial>
                <serial type='unix'>
                  <source mode='bind' path='/sock3'/>
                </serial>
                <serial type='null'/>
                <rng model='virtio'>
                  <backend model='random'>/dev/urandom</backend>
                </rng>
                <memballoon model='none'/>
              </devices>
            </domain>

            """,
            DomainXmlWriter.Write(Spec));

    [Theory]
    [InlineData(null)]
    [InlineData("host")]
    [InlineData("max")]
    [InlineData("EPYC-v3")]
    public void What_was_written_is_read_back_and_can_be_started(string? cpu)
    {
        var domain = DomainXml.Parse(DomainXmlWriter.Write(Spec with { CpuModel = cpu, Accelerator = Accelerator.Kvm }));

        Assert.Empty(domain.Unrealised);
        Assert.Equal(cpu, domain.CpuModel);
        Assert.Equal(Accelerator.Kvm, domain.Accelerator);
        Assert.Equal((Spec.Name, Spec.Uuid, Spec.MemoryBytes, Spec.VirtualCpus), (domain.Name, domain.Uuid, domain.MemoryBytes, domain.VirtualCpus));
        Assert.Equal((Spec.Machine, Spec.DirectBoot), (domain.Machine, domain.DirectBoot));
        Assert.Equal(Spec.Serials, domain.Serials);
        Assert.Equal(Spec.Interfaces, domain.Interfaces);
        Assert.Equal(
            Spec.Disks,
            domain.Disks.Select(disk => new NewDisk(disk.Target, disk.Bus, disk.Source!.Value, disk.Format, disk.Device, disk.ReadOnly)));
        Assert.True(domain.HasRandomDevice);
        Assert.False(domain.HasVga);
    }

    [Fact]
    public void A_port_for_the_guests_agent_is_written_when_it_is_asked_for()
    {
        Assert.Null(DomainXml.Parse(DomainXmlWriter.Write(Spec)).Agent);
        var domain = DomainXml.Parse(DomainXmlWriter.Write(Spec with { HasAgent = true }));
        Assert.Equal(new AgentChannel(SocketPath: null), domain.Agent);
        Assert.Empty(domain.Unrealised);
    }

    [Fact]
    public void A_specification_that_could_not_be_read_back_is_refused()
    {
        Assert.Equal(ErrorCode.Xml, Samples.Refused(() => DomainXmlWriter.Write(Spec with { MemoryBytes = 0 })).Code);
        Assert.Equal(ErrorCode.Xml, Samples.Refused(() => DomainXmlWriter.Write(Spec with { Machine = "pc,x=y" })).Code);
        Assert.Equal(ErrorCode.Xml, Samples.Refused(() => DomainXmlWriter.Write(Spec with { Disks = [Spec.Disks[0], Spec.Disks[0]] })).Code);
    }
}
