using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Snaptree.Platform;

/// <summary>The signals that programs are told things by; the values are those of Linux.</summary>
public enum ProcessSignal
{
    HangUp = 1,
    Interrupt = 2,
    Kill = 9,
    User1 = 10,
    Terminate = 15,
    Continue = 18,
    Stop = 19,
}

/// <summary>
/// One certain process, even after its pid was given to another. It may be stored, together with <see cref="BootId"/>: start
/// times begin anew at each boot.
/// </summary>
/// <param name="Pid">Its process id.</param>
/// <param name="StartTicks">When it was started, in clock ticks since boot (field 22 of <c>/proc/PID/stat</c>).</param>
public sealed record ProcessIdentity(int Pid, long StartTicks)
{
    private const int PollSliceMilliseconds = 100;

    /// <summary>The unit of times in <c>/proc/PID/stat</c>; every Linux on x86-64 has this one.</summary>
    private const double TicksPerSecond = 100;

    /// <summary>True while the process runs or is stopped; a zombie has ended.</summary>
    public bool IsAlive => ReadStat(Pid) is { } found && found.StartTicks == StartTicks && !found.HasEnded;

    /// <summary>Processor time that it has used so far, its own and that of the kernel for it; zero when it has ended.</summary>
    public TimeSpan ProcessorTime =>
        ReadStat(Pid) is { } found && found.StartTicks == StartTicks ? TimeSpan.FromSeconds(found.ProcessorTicks / TicksPerSecond) : TimeSpan.Zero;

    /// <summary>Names this boot of the machine; an identity stored under another one is dead.</summary>
    public static string BootId() => File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();

    /// <summary>The process that has this pid now; null when there is none or it has ended.</summary>
    public static ProcessIdentity? Find(int pid) =>
        ReadStat(pid) is { HasEnded: false } found ? new(pid, found.StartTicks) : null;

    /// <summary>Sends a signal without waiting.</summary>
    /// <returns>False when the process has ended; nobody got the signal then.</returns>
    /// <exception cref="FileOperationException">Our account may not signal it.</exception>
    public bool Send(ProcessSignal signal)
    {
        using SafeFileHandle? process = OpenPidfd();
        return process is not null && Send(process, signal);
    }

    /// <summary>Sends a signal and waits for the process to end.</summary>
    /// <returns>True when it has ended, also when it had before; false when it is still there after the limit.</returns>
    /// <exception cref="FileOperationException">Our account may not signal it.</exception>
    public async Task<bool> SignalAsync(ProcessSignal signal, TimeSpan limit, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using SafeFileHandle? process = OpenPidfd();
        return process is null || !Send(process, signal) || await PollAsync(process, limit, cancellationToken);
    }

    /// <summary>Ends the process by SIGKILL and waits for its end.</summary>
    /// <inheritdoc cref="SignalAsync"/>
    public Task<bool> KillAsync(TimeSpan limit, CancellationToken cancellationToken) =>
        SignalAsync(ProcessSignal.Kill, limit, cancellationToken);

    /// <summary>Waits for the process to end, be it ours or not.</summary>
    /// <returns>False when it is still there after the limit.</returns>
    public async Task<bool> WaitForExitAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using SafeFileHandle? process = OpenPidfd();
        return process is null || await PollAsync(process, limit, cancellationToken);
    }

    /// <summary>As <see cref="Find"/>, but a process that has ended and is not reaped counts too.</summary>
    internal static ProcessIdentity? FindAny(int pid) => ReadStat(pid) is { } found ? new(pid, found.StartTicks) : null;

    /// <summary>
    /// Opens the process, not the number. The start time is compared after the opening: if the pid still belongs to the process we
    /// mean, it belonged to it at the opening too.
    /// </summary>
    private SafeFileHandle? OpenPidfd()
    {
        int descriptor = ProcessNative.PidfdOpen(Pid);
        if (descriptor < 0)
        {
            int errno = Marshal.GetLastPInvokeError();
            return errno == Errno.NoSuchProcess ? null : throw new FileOperationException("open", $"process {Pid}", errno);
        }

        SafeFileHandle process = new(descriptor, ownsHandle: true);
        if (IsAlive)
        {
            return process;
        }

        process.Dispose();
        return null;
    }

    private bool Send(SafeFileHandle process, ProcessSignal signal)
    {
        if (ProcessNative.PidfdSendSignal((int)process.DangerousGetHandle(), (int)signal) == 0)
        {
            return true;
        }

        int errno = Marshal.GetLastPInvokeError();
        return errno == Errno.NoSuchProcess ? false : throw new FileOperationException("signal", $"process {Pid}", errno);
    }

    private Task<bool> PollAsync(SafeFileHandle process, TimeSpan limit, CancellationToken cancellationToken) =>
        Task.Factory.StartNew(
            () => Poll(process, limit, cancellationToken), cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private unsafe bool Poll(SafeFileHandle process, TimeSpan limit, CancellationToken cancellationToken)
    {
        long start = TimeProvider.System.GetTimestamp();
        PollRequest request = new() { Descriptor = (int)process.DangerousGetHandle(), Events = ProcessNative.PollIn };
        while (true)
        {
            TimeSpan left = limit - TimeProvider.System.GetElapsedTime(start);
            int slice = (int)Math.Clamp(Math.Ceiling(left.TotalMilliseconds), 0, PollSliceMilliseconds);
            int answer = ProcessNative.Poll(&request, 1, slice);
            if (answer > 0)
            {
                return true;
            }

            if (answer < 0 && Marshal.GetLastPInvokeError() is var errno and not Errno.Interrupted)
            {
                throw new FileOperationException("wait for", $"process {Pid}", errno);
            }

            cancellationToken.ThrowIfCancellationRequested();
            if (left <= TimeSpan.Zero)
            {
                return false;
            }
        }
    }

    private static (long StartTicks, bool HasEnded, long ProcessorTicks)? ReadStat(int pid)
    {
        string stat;
        try
        {
            stat = File.ReadAllText($"/proc/{pid}/stat");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException
            || (e is IOException && e.HResult == Errno.NoSuchProcess))
        {
            return null;
        }

        // The second field is the program's name in parentheses and may hold anything; the third follows the last of them.
        string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return (Number(22), fields[0] is "Z" or "X" or "x", Number(14) + Number(15));

        long Number(int field) => long.Parse(fields[field - 3], CultureInfo.InvariantCulture);
    }
}
