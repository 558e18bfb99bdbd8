using Snaptree.Model;

namespace Snaptree.Formats.Tests;

/// <summary>Documents that several tests begin from.</summary>
internal static class Samples
{
    internal const string Uuid = "6c3f6a0e-6d9e-4a52-9a1c-5a2f8f0f3f11";

    /// <summary>Everything that is realised, in the handwriting of libvirt, with comments and odd white space.</summary>
    internal const string Full =
        """
        <?xml version='1.0'?>
        <!-- kept by hand -->
        <domain type="kvm" id='3'>
          <name>web1</name>
          <uuid>6c3f6a0e-6d9e-4a52-9a1c-5a2f8f0f3f11</uuid>
          <title>Web</title>
          <metadata><app:x xmlns:app='urn:app'>keep   me</app:x></metadata>
          <memory unit='MiB'>512</memory>
          <currentMemory unit='MiB'>512</currentMemory>
          <vcpu placement='static'>2</vcpu>
          <os>
            <type arch='x86_64' machine='pc-q35-7.2'>hvm</type>
            <kernel>/boot/vmlinuz</kernel>
            <initrd>/boot/initrd</initrd>
            <cmdline>console=ttyS0 a&lt;b</cmdline>
            <boot dev='hd'/>
          </os>
          <features><acpi/><apic/><pae/></features>
          <cpu mode='host-passthrough' check='none' migratable='on'/>
          <clock offset='utc'><timer name='rtc' tickpolicy='catchup'/></clock>
          <on_poweroff>destroy</on_poweroff>
          <on_reboot>destroy</on_reboot>
          <on_crash>restart</on_crash>
          <devices>
            <emulator>/usr/bin/qemu-system-x86_64</emulator>
            <disk type='file' device='disk' snapshot='external'>
              <driver name='qemu' type='qcow2' cache='none'/>
              <source   file="/images/a &amp; b.qcow2"/>
              <target dev='vda' bus='virtio'/>
              <serial>DISK-1</serial>
            </disk>
            <disk type='block' device='disk'>
              <source dev='/dev/vg/data'/>
              <target dev='sdb'/>
              <readonly/>
            </disk>
            <disk type='file' device='cdrom'><target dev='hda'/></disk>
            <controller type='usb' model='none'/>
            <interface type='user'><mac address='52:54:00:AA:bb:01'/><model type='e1000'/></interface>
            <interface type='user'/>
            <serial type='unix'><source mode='bind' path='/run/s0'/><log file='/log/s0' append='on'/><target port='0'/></serial>
            <serial type='file'><source path='/log/s1'/></serial>
            <serial type='pty'><target type='isa-serial' port='2'><model name='isa-serial'/></target></serial>
            <console type='unix'><target type='serial' port='0'/></console>
            <input type='mouse' bus='ps2'/>
            <graphics type='vnc' port='-1'/>
            <video><model type='vga' vram='16384' heads='1' primary='yes'/></video>
            <memballoon model='none'/>
            <rng model='virtio'><backend model='random'>/dev/urandom</backend></rng>
          </devices>
        </domain>

        """;

    /// <summary>A small domain around the given top-level elements and devices.</summary>
    internal static string Domain(string top = "", string devices = "", string memory = "<memory unit='MiB'>64</memory>", string os = "<os><type>hvm</type></os>") =>
        $"<domain type='qemu'><name>d</name><uuid>{Uuid}</uuid>{memory}{os}{top}<devices>{devices}</devices></domain>";

    internal static string Disk(string inner = "", string attributes = "type='file'", string source = "<source file='/i/a'/>", string target = "<target dev='vda'/>") =>
        $"<disk {attributes}>{inner}{source}{target}</disk>";

    internal static SnapshotException Refused(Action act) => Assert.Throws<SnapshotException>(act);

    internal static SnapshotException Refused(string domainXml) => Refused(() => DomainXml.Parse(domainXml));
}
