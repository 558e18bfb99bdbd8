using Snaptree.Model;

namespace Snaptree.TestKit;

/// <summary>Domain documents for tests.</summary>
public static class LabDomains
{
    /// <param name="disks">Images, the format told by the file's ending; they become vda, vdb, …</param>
    /// <param name="guest">Kernel, initrd, command line and ports of the tiny guest; null for a domain that boots nothing.</param>
    /// <param name="hasAgent">Give the guest a port for its agent.</param>
    public static string Write(string name, IReadOnlyList<ImagePath> disks, LabGuest? guest = null, bool hasAgent = false)
    {
        var devices = string.Concat(disks.Select((path, at) =>
            $"""
                <disk type='file' device='disk'>
                  <driver name='qemu' type='{(path.Value.EndsWith(".raw", StringComparison.Ordinal) ? "raw" : "qcow2")}'/>
                  <source file='{path}'/>
                  <target dev='vd{(char)('a' + at)}' bus='virtio'/>
                </disk>

            """));
        var boot = guest is null ? "" :
            $"<kernel>{guest.Kernel}</kernel><initrd>{guest.Initrd}</initrd><cmdline>{guest.CommandLine}</cmdline>";
        var ports = guest is null ? "" :
            $"""
                <serial type='null'><log file='{guest.ConsoleLog}'/></serial>
                <serial type='unix'><source mode='bind' path='{guest.Socket}'/></serial>

            """;
        var agent = hasAgent ? $"    <channel type='unix'><target type='virtio' name='{AgentChannel.PortName}'/></channel>\n" : "";
        return $"""
            <domain type='qemu'>
              <name>{name}</name>
              <uuid>{Guid.NewGuid()}</uuid>
              <memory unit='MiB'>{guest?.MemoryMib ?? 32}</memory>
              <vcpu>1</vcpu>
              <os><type arch='x86_64' machine='pc'>hvm</type>{boot}</os>
              <devices>
            {devices}{ports}{agent}  </devices>
            </domain>

            """;
    }
}

/// <summary>What a domain document says to run the tiny guest.</summary>
public sealed record LabGuest(string Kernel, string Initrd, string CommandLine, string ConsoleLog, string Socket, int MemoryMib);
