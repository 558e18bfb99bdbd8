using Snaptree.Platform;

namespace Snaptree.Drivers.Qemu;

/// <summary>
/// Whether hardware virtualisation works here, found out by running a guest of three instructions: a device file that is there, and even
/// a virtual machine that can be made, do not mean that a processor runs in it.
/// </summary>
public static class KvmProbe
{
    private const int FirmwareBytes = 64 * 1024;
    private const int ResetVector = FirmwareBytes - 16;
    private const byte Answer = 42;

    /// <summary>QEMU's <c>isa-debug-exit</c> ends with twice the byte written, plus one.</summary>
    private const int AnswerExitCode = (Answer * 2) + 1;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);

    /// <returns>Null when KVM works; else the reason, without a full stop.</returns>
    public static async Task<string?> WhyNotAsync(QemuSettings settings, IProcessRunner processes, CancellationToken cancellationToken)
    {
        if (FileFacts.Read("/dev/kvm") is null)
        {
            return "there is no /dev/kvm";
        }

        var firmware = Path.Combine(Path.GetTempPath(), $"snaptree-kvm-{Guid.NewGuid():N}");
        try
        {
            await DurableFile.WriteAtomicAsync(firmware, Firmware(), UnixFileMode.UserRead | UnixFileMode.UserWrite, cancellationToken);
            return await RunAsync(settings, processes, firmware, cancellationToken);
        }
        finally
        {
            DurableFile.Delete(firmware);
        }
    }

    private static async Task<string?> RunAsync(QemuSettings settings, IProcessRunner processes, string firmware, CancellationToken cancellationToken)
    {
        var command = new ProcessCommand(
            settings.Emulator,
            ["-nodefaults", "-no-user-config", "-display", "none", "-machine", "pc,accel=kvm", "-m", "16", "-bios", firmware, "-device", "isa-debug-exit,iobase=0xf4,iosize=1"])
        {
            Deadline = Deadline,
        };
        try
        {
            var result = await processes.RunAsync(command, cancellationToken);
            return result.ExitCode == AnswerExitCode ? null : $"QEMU says: {result.StandardError.Trim().Split('\n')[^1]}";
        }
        catch (ProgramNotFoundException)
        {
            return $"{settings.Emulator} is not installed";
        }
        catch (ProcessDeadlineException)
        {
            return "a guest under KVM does not run";
        }
    }

    private static byte[] Firmware()
    {
        var bytes = new byte[FirmwareBytes];

        // mov al, Answer; out 0xf4, al; hlt
        byte[] code = [0xb0, Answer, 0xe6, 0xf4, 0xf4];
        code.CopyTo(bytes, ResetVector);
        return bytes;
    }
}
