namespace Snaptree.Cli.Tests.Virsh.Differential;

/// <summary>The files that scripts name.</summary>
internal static class ScriptFiles
{
    private const string DomainUuid = "6695eb01-f6a4-8304-79aa-97f2502e193f";
    private const int FirstMoment = 1_000_000_000;

    /// <summary>Adds a description to a document without one, and takes it away from one that has it.</summary>
    public const string Describing =
        "#!/bin/sh\nif grep -q '^  <description>' \"$1\"; then sed -i '/^  <description>/d' \"$1\"; else sed -i '0,/<.name>/s//<\\/name>\\n  <description>edited<\\/description>/' \"$1\"; fi\n";

    /// <summary>Gives the snapshot another name.</summary>
    public const string Renaming = "#!/bin/sh\nsed -i '2s/<.name>/x&/' \"$1\"\n";

    /// <summary>Leaves everything as it is.</summary>
    public const string Idle = "#!/bin/sh\nexit 0\n";

    /// <summary>Names for which there is a document to redefine with, each a child of the one before.</summary>
    public static readonly string[] Redefined = ["r1", "r2", "r3", "r4"];

    public static Dictionary<string, string> All(string editor)
    {
        var files = new Dictionary<string, string>
        {
            ["editor"] = editor,
            ["plain.xml"] = "<domainsnapshot><name>fromfile</name><description>a &lt;file&gt;</description></domainsnapshot>\n",
            ["unnamed.xml"] = "<domainsnapshot/>\n",
            ["extra.xml"] = "<domainsnapshot>\n  <name>extra</name>\n  <nonsense/>\n  <disks><disk name='/guest/diskimage1' snapshot='internal'/></disks>\n</domainsnapshot>\n",
            ["wrongdisk.xml"] = "<domainsnapshot><name>w</name><disks><disk name='vdz'/></disks></domainsnapshot>\n",
            ["twice.xml"] = "<domainsnapshot><name>w</name><disks><disk name='vda'/><disk name='/guest/diskimage1'/></disks></domainsnapshot>\n",
            ["noname.xml"] = "<domainsnapshot><disks><disk snapshot='internal'/></disks></domainsnapshot>\n",
            ["broken.xml"] = "<domainsnapshot>\n  <name>w</nam>\n</domainsnapshot>\n",
            ["root.xml"] = "<snapshot/>\n",
            ["t2.xml"] = $"<domain type='test'>\n  <name>t2</name>\n  <uuid>{DomainUuid[..^2]}aa</uuid>\n  <memory unit='KiB'>1048576</memory>\n"
                + "  <currentMemory unit='KiB'>1048576</currentMemory>\n  <vcpu placement='static'>1</vcpu>\n  <os>\n    <type arch='i686'>hvm</type>\n"
                + "    <boot dev='hd'/>\n  </os>\n  <clock offset='utc'/>\n  <on_poweroff>destroy</on_poweroff>\n  <on_reboot>restart</on_reboot>\n"
                + "  <on_crash>destroy</on_crash>\n  <devices>\n    <disk type='file' device='disk'>\n      <source file='/guest/disk2'/>\n"
                + "      <target dev='vda' bus='virtio'/>\n    </disk>\n    <disk type='file' device='cdrom'>\n"
                + "      <target dev='hda' bus='ide'/>\n      <readonly/>\n    </disk>\n  </devices>\n</domain>\n",
        };
        for (var at = 0; at < Redefined.Length; at++)
        {
            files[$"{Redefined[at]}.xml"] = Redefinition(at, parent: at > 0 ? Redefined[at - 1] : null, "running");
        }

        files["loop.xml"] = Redefinition(0, parent: "r1", "running");
        files["orphan.xml"] = Redefinition(1, parent: "nobody", "running");
        files["nostate.xml"] = Redefinition(1, parent: null, "").Replace("  <state></state>\n", "");
        files["badstate.xml"] = Redefinition(1, parent: null, "sleeping");
        files["otheruuid.xml"] = Redefinition(1, parent: null, "running").Replace(DomainUuid, DomainUuid[..^2] + "00");
        return files;
    }

    private static string Redefinition(int at, string? parent, string state) =>
        $"<domainsnapshot>\n  <name>{Redefined[at]}</name>\n  <state>{state}</state>\n"
        + (parent is null ? "" : $"  <parent>\n    <name>{parent}</name>\n  </parent>\n")
        + $"  <creationTime>{FirstMoment + at}</creationTime>\n  <memory snapshot='internal'/>\n  <disks>\n    <disk name='vda' snapshot='internal'/>\n  </disks>\n"
        + $"  <domain type='test'>\n    <name>test</name>\n    <uuid>{DomainUuid}</uuid>\n    <memory unit='KiB'>8388608</memory>\n"
        + "    <currentMemory unit='KiB'>2097152</currentMemory>\n    <vcpu placement='static'>2</vcpu>\n    <os>\n      <type arch='i686'>hvm</type>\n"
        + "      <boot dev='hd'/>\n    </os>\n    <clock offset='utc'/>\n    <on_poweroff>destroy</on_poweroff>\n    <on_reboot>restart</on_reboot>\n"
        + "    <on_crash>destroy</on_crash>\n    <devices>\n      <disk type='file' device='disk'>\n        <source file='/guest/diskimage1'/>\n"
        + "        <target dev='vda' bus='virtio'/>\n        <address type='pci' domain='0x0000' bus='0x01' slot='0x00' function='0x0'/>\n      </disk>\n"
        + "      <interface type='network'>\n        <mac address='aa:bb:cc:dd:ee:ff'/>\n        <source network='default'/>\n        <target dev='testnet0'/>\n"
        + "        <address type='pci' domain='0x0000' bus='0x00' slot='0x01' function='0x0'/>\n      </interface>\n      <memballoon model='virtio'>\n"
        + "        <address type='pci' domain='0x0000' bus='0x00' slot='0x02' function='0x0'/>\n      </memballoon>\n    </devices>\n  </domain>\n</domainsnapshot>\n";
}
