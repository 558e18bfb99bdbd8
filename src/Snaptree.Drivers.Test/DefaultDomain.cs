namespace Snaptree.Drivers.Test;

/// <summary>
/// The one domain that libvirt's test driver begins with at <c>test:///default</c>, running. Define <see cref="Xml"/> and start it on a new
/// <see cref="TestHost"/> that is not strict: its process is the first one, so its id is 1 as libvirt's is.
/// </summary>
public static class DefaultDomain
{
    public const string Name = "test";

    public static Guid Uuid { get; } = new("6695eb01-f6a4-8304-79aa-97f2502e193f");

    /// <summary>Byte for byte what <c>virsh -c test:///default dumpxml --inactive test</c> gets; a running domain has its id besides.</summary>
    public const string Xml =
        """
        <domain type='test'>
          <name>test</name>
          <uuid>6695eb01-f6a4-8304-79aa-97f2502e193f</uuid>
          <memory unit='KiB'>8388608</memory>
          <currentMemory unit='KiB'>2097152</currentMemory>
          <vcpu placement='static'>2</vcpu>
          <os>
            <type arch='i686'>hvm</type>
            <boot dev='hd'/>
          </os>
          <clock offset='utc'/>
          <on_poweroff>destroy</on_poweroff>
          <on_reboot>restart</on_reboot>
          <on_crash>destroy</on_crash>
          <devices>
            <disk type='file' device='disk'>
              <source file='/guest/diskimage1'/>
              <target dev='vda' bus='virtio'/>
              <address type='pci' domain='0x0000' bus='0x01' slot='0x00' function='0x0'/>
            </disk>
            <interface type='network'>
              <mac address='aa:bb:cc:dd:ee:ff'/>
              <source network='default'/>
              <target dev='testnet0'/>
              <address type='pci' domain='0x0000' bus='0x00' slot='0x01' function='0x0'/>
            </interface>
            <memballoon model='virtio'>
              <address type='pci' domain='0x0000' bus='0x00' slot='0x02' function='0x0'/>
            </memballoon>
          </devices>
        </domain>

        """;
}
