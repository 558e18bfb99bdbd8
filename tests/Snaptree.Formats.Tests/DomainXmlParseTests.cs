using System.Diagnostics;
using Snaptree.Model;
using static Snaptree.Formats.Tests.Samples;

namespace Snaptree.Formats.Tests;

public class DomainXmlParseTests
{
    private const string Agent = "<channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>";

    [Fact]
    public void A_full_document_is_understood_whole()
    {
        var domain = DomainXml.Parse(Full);

        Assert.Equal("web1", domain.Name.Value);
        Assert.Equal(Guid.Parse(Uuid), domain.Uuid);
        Assert.Equal(Accelerator.Kvm, domain.Accelerator);
        Assert.Equal(512L << 20, domain.MemoryBytes);
        Assert.Equal(2, domain.VirtualCpus);
        Assert.Equal("pc-q35-7.2", domain.Machine);
        Assert.Equal("host", domain.CpuModel);
        Assert.Equal("/usr/bin/qemu-system-x86_64", domain.Emulator);
        Assert.Equal(new DirectBoot("/boot/vmlinuz", "/boot/initrd", "console=ttyS0 a<b"), domain.DirectBoot);
        Assert.Equal(LifecycleAction.Destroy, domain.OnReboot);
        Assert.True(domain.HasRandomDevice);
        Assert.True(domain.HasVga);
        Assert.Empty(domain.Unrealised);
    }

    [Fact]
    public void Disks_serial_ports_and_interfaces_are_read_in_order()
    {
        var domain = DomainXml.Parse(Full);

        Assert.Equal(
            [
                new DomainDisk(new("vda"), DiskDevice.Disk, DiskBus.Virtio, new ImagePath("/images/a & b.qcow2"), ImageFormat.Qcow2)
                { SnapshotDefault = SnapshotLocation.External, Serial = "DISK-1" },
                new DomainDisk(new("sdb"), DiskDevice.Disk, DiskBus.Sata, new ImagePath("/dev/vg/data"), ImageFormat.Raw) { ReadOnly = true },
                new DomainDisk(new("hda"), DiskDevice.Cdrom, DiskBus.Ide, null, ImageFormat.Raw) { ReadOnly = true },
            ],
            domain.Disks);
        Assert.Equal([new SerialPort("/log/s0", "/run/s0"), new SerialPort("/log/s1", null), new SerialPort(null, null)], domain.Serials);
        Assert.Equal([new NetworkInterface("e1000", "52:54:00:aa:bb:01"), new NetworkInterface("virtio", null)], domain.Interfaces);
    }

    [Fact]
    public void What_is_not_said_has_its_default()
    {
        var domain = DomainXml.Parse(Domain());

        Assert.Equal(Accelerator.Tcg, domain.Accelerator);
        Assert.Equal(1, domain.VirtualCpus);
        Assert.Equal(LifecycleAction.Restart, domain.OnReboot);
        Assert.Null(domain.Machine);
        Assert.Null(domain.CpuModel);
        Assert.False(domain.HasVga);
        Assert.False(domain.HasRandomDevice);
        Assert.Empty(domain.Unrealised);
    }

    [Theory]
    [InlineData(Agent, null)]
    [InlineData("<channel type='unix'><alias name='c0'/><source mode='bind'/><target type='virtio' name='org.qemu.guest_agent.0' state='connected'/></channel>", null)]
    [InlineData("<controller type='virtio-serial' index='0'/><channel type='unix'><source mode='bind' path='/run/a'/><target type='virtio' name='org.qemu.guest_agent.0'/></channel>", "/run/a")]
    public void The_port_of_the_guests_agent_is_understood(string devices, string? path)
    {
        var domain = DomainXml.Parse(Domain(devices: devices));
        Assert.Equal(new AgentChannel(path), domain.Agent);
        Assert.Empty(domain.Unrealised);
    }

    [Fact]
    public void A_console_without_a_serial_port_is_the_first_serial_port() =>
        Assert.Equal(
            [new SerialPort("/log", null)],
            DomainXml.Parse(Domain(devices: "<console type='file'><source path='/log'/><target type='serial' port='0'/></console>")).Serials);

    [Theory]
    [InlineData(null, 1024)]
    [InlineData("b", 1)]
    [InlineData("bytes", 1)]
    [InlineData("KB", 1000)]
    [InlineData("k", 1024)]
    [InlineData("K", 1024)]
    [InlineData("KiB", 1024)]
    [InlineData("MB", 1000_000)]
    [InlineData("M", 1 << 20)]
    [InlineData("MiB", 1 << 20)]
    [InlineData("mib", 1 << 20)]
    [InlineData("GB", 1000_000_000)]
    [InlineData("G", 1 << 30)]
    [InlineData("GiB", 1 << 30)]
    [InlineData("TB", 1000_000_000_000)]
    [InlineData("T", 1L << 40)]
    [InlineData("TiB", 1L << 40)]
    [InlineData("PB", 1000_000_000_000_000)]
    [InlineData("PiB", 1L << 50)]
    [InlineData("EB", 1000_000_000_000_000_000)]
    [InlineData("EiB", 1L << 60)]
    public void Memory_is_scaled_by_its_unit_and_rounded_up_to_KiB(string? unit, long scale)
    {
        var attribute = unit is null ? "" : $" unit='{unit}'";
        var expected = ((3 * scale) + 1023) / 1024 * 1024;
        Assert.Equal(expected, DomainXml.Parse(Domain(memory: $"<memory{attribute}>3</memory>")).MemoryBytes);
    }

    [Theory]
    [InlineData("<cpu mode='host-passthrough'/>", "host")]
    [InlineData("<cpu mode='host-model'/>", "host")]
    [InlineData("<cpu mode='maximum'/>", "max")]
    [InlineData("<cpu mode='custom' match='exact'><model fallback='allow'>qemu64</model></cpu>", "qemu64")]
    [InlineData("<cpu><model>Skylake-Client-v2</model></cpu>", "Skylake-Client-v2")]
    [InlineData("<cpu><topology sockets='1' cores='1' threads='1'/></cpu>", null)]
    [InlineData("", null)]
    public void Processor_models_get_the_name_that_QEMU_has_for_them(string cpu, string? model)
    {
        var domain = DomainXml.Parse(Domain(cpu));
        Assert.Equal(model, domain.CpuModel);
        Assert.Empty(domain.Unrealised);
    }

    [Theory]
    [InlineData("<genid>x</genid>", "genid")]
    [InlineData("<launchSecurity/>", "launchSecurity")]
    [InlineData("<vcpu current='1'>2</vcpu>", "vcpu/@current")]
    [InlineData("<features><hyperv mode='custom'/></features>", "features/hyperv")]
    [InlineData("<features><apic eoi='on'/></features>", "features/apic/@eoi")]
    [InlineData("<cpu><topology sockets='1' cores='2' threads='1'/></cpu>", "cpu/topology")]
    [InlineData("<cpu mode='maximum'><feature policy='disable' name='vmx'/></cpu>", "cpu/feature")]
    [InlineData("<clock offset='localtime'/>", "clock/@offset")]
    [InlineData("<clock><timer name='hpet' present='no'/></clock>", "clock/timer[@name='hpet']")]
    [InlineData("<on_poweroff>restart</on_poweroff>", "on_poweroff")]
    [InlineData("<on_reboot>preserve</on_reboot>", "on_reboot")]
    [InlineData("<pm><suspend-to-mem enabled='no'/></pm>", "pm/suspend-to-mem")]
    [InlineData("<q:commandline xmlns:q='urn:q'/>", "q:commandline")]
    public void What_would_change_the_guest_is_named(string top, string path) =>
        Assert.Equal([path], DomainXml.Parse(Domain(top)).Unrealised);

    [Theory]
    [InlineData("<hostdev mode='subsystem'/>", "devices/hostdev")]
    [InlineData("<memballoon model='virtio'/>", "devices/memballoon[@model='virtio']")]
    [InlineData("<input type='tablet' bus='usb'/>", "devices/input[@type='tablet'][@bus='usb']")]
    [InlineData("<channel type='unix'><target type='virtio' name='org.spice.0'/></channel>", "devices/channel")]
    [InlineData("<channel type='spicevmc'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>", "devices/channel")]
    [InlineData("<channel type='unix'><target type='guestfwd' name='org.qemu.guest_agent.0'/></channel>", "devices/channel")]
    [InlineData("<channel type='unix'/>", "devices/channel")]
    [InlineData(Agent + Agent, "devices/channel")]
    [InlineData("<channel type='unix'><source mode='connect' path='/a'/><target type='virtio' name='org.qemu.guest_agent.0'/></channel>", "devices/channel/source/@mode")]
    [InlineData("<channel type='unix'><address type='virtio-serial' port='3'/><target type='virtio' name='org.qemu.guest_agent.0'/></channel>", "devices/channel/address")]
    [InlineData("<controller type='virtio-serial' index='0'/>", "devices/controller[@type='virtio-serial']")]
    [InlineData("<controller type='virtio-serial' index='1'/>" + Agent, "devices/controller[@type='virtio-serial']")]
    [InlineData("<controller type='scsi'/>", "devices/controller[@type='scsi']")]
    [InlineData("<interface type='bridge'/>", "devices/interface[@type='bridge']")]
    [InlineData("<interface type='null'/>", "devices/interface[@type='null']")]
    [InlineData("<interface type='user'><link state='down'/></interface>", "devices/interface/link")]
    [InlineData("<interface type='user'><address type='pci'/></interface>", "devices/interface/address")]
    [InlineData("<serial type='tcp'/>", "devices/serial[@type='tcp']")]
    [InlineData("<serial type='pty'><target port='1'/></serial>", "devices/serial/target/@port")]
    [InlineData("<serial type='unix'><source mode='connect' path='/s'/></serial>", "devices/serial/source/@mode")]
    [InlineData("<serial type='pty'/><console type='pty'><target type='virtio'/></console>", "devices/console[@target='virtio']")]
    [InlineData("<video><model type='qxl'/></video>", "devices/video/model[@type='qxl']")]
    [InlineData("<rng model='virtio'><backend model='egd'/></rng>", "devices/rng/backend")]
    [InlineData("<disk type='file'><source file='/a'/><target dev='vda'/><address type='pci'/></disk>", "devices/disk/address")]
    [InlineData("<disk type='file'><source file='/a'/><target dev='vda'/><shareable/></disk>", "devices/disk/shareable")]
    [InlineData("<disk type='file'><driver cache='writethrough'/><source file='/a'/><target dev='vda'/></disk>", "devices/disk/driver/@cache")]
    [InlineData("<disk type='file'><driver copy_on_read='on'/><source file='/a'/><target dev='vda'/></disk>", "devices/disk/driver/@copy_on_read")]
    [InlineData("<newthing/><newthing/>", "devices/newthing")]
    public void Devices_that_cannot_be_realised_are_named(string devices, string path) =>
        Assert.Equal([path], DomainXml.Parse(Domain(devices: devices)).Unrealised);

    [Theory]
    [InlineData("<os><type arch='aarch64'>hvm</type></os>", "os/type/@arch")]
    [InlineData("<os firmware='efi'><type>hvm</type></os>", "os/@firmware")]
    [InlineData("<os><type>hvm</type><loader>/ovmf</loader></os>", "os/loader")]
    [InlineData("<os><type>hvm</type><bootmenu enable='yes'/></os>", "os/bootmenu")]
    public void Firmware_that_cannot_be_realised_is_named(string os, string path) =>
        Assert.Equal([path], DomainXml.Parse(Domain(os: os)).Unrealised);

    [Fact]
    public void Reading_takes_less_than_a_millisecond()
    {
        DomainXml.Parse(Full);
        var best = Enumerable.Range(0, 200).Min(_ =>
        {
            var start = Stopwatch.GetTimestamp();
            DomainXml.Parse(Full);
            return Stopwatch.GetElapsedTime(start);
        });
        TestContext.Current.SendDiagnosticMessage($"DomainXml.Parse: best of 200 is {best.TotalMicroseconds:F0} us");
        Assert.True(best < TimeSpan.FromMilliseconds(1), $"took {best.TotalMilliseconds} ms");
    }
}
