using System.Diagnostics;

namespace Snaptree.Bench;

/// <summary>What the figures were taken on, and how.</summary>
internal static class Machine
{
    public static IEnumerable<string> Describe(int runs, string? whyNoPeer) =>
    [
        "# Measured",
        "",
        $"{DateTime.UtcNow:yyyy-MM-dd}, {Environment.ProcessorCount} cores, "
            + $"{GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 20} MiB RAM, {Environment.OSVersion.VersionString}, {Qemu()}, accelerator TCG, {runs} run(s); "
            + $"load average of the last quarter of an hour when done: {File.ReadAllText("/proc/loadavg").Split(' ')[2]}.",
        whyNoPeer is null ? "Peer: a private libvirtd in session mode, on the same QEMU, kernel, initrd and disk sizes." : $"Peer not available: {whyNoPeer}",
        "",
        "Guest pause: the longest time for which the guest's console did not grow, looked at every millisecond; it includes one interval",
        "between ticks (first row). Our verbs are called in this process; the peer's time is that of the whole `virsh` command.",
        "Rows that say \"the command\" are whole commands on both sides: `snaptree list` and `virsh snapshot-list`, `snaptree show` and",
        "`virsh snapshot-info`; the peer's snapshots are metadata alone (`snapshot-create --redefine`).",
    ];

    private static string Qemu()
    {
        using var qemu = Process.Start(new ProcessStartInfo("qemu-system-x86_64", "--version") { RedirectStandardOutput = true })!;
        return qemu.StandardOutput.ReadToEnd().Split('\n')[0];
    }
}
