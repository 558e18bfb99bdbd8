using Snaptree.Platform;

namespace Snaptree.Drivers.Qemu;

/// <summary>Whether hardware virtualisation works here: found out by trying, because a device file that is there may still refuse.</summary>
public static class KvmProbe
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    /// <returns>Null when KVM works; else the reason, without a full stop.</returns>
    public static async Task<string?> WhyNotAsync(QemuSettings settings, IProcessRunner processes, CancellationToken cancellationToken)
    {
        if (FileFacts.Read("/dev/kvm") is null)
        {
            return "there is no /dev/kvm";
        }

        var command = new ProcessCommand(
            settings.Emulator, ["-nodefaults", "-display", "none", "-machine", "none,accel=kvm", "-S", "-monitor", "stdio"])
        {
            Deadline = Deadline,
            StandardInput = "quit\n",
        };
        try
        {
            var result = await processes.RunAsync(command, cancellationToken);
            return result.ExitCode == 0 ? null : result.StandardError.Trim().Split('\n')[^1];
        }
        catch (ProgramNotFoundException)
        {
            return $"{settings.Emulator} is not installed";
        }
        catch (ProcessDeadlineException)
        {
            return "QEMU hangs when asked for it";
        }
    }
}
