using System.Runtime.InteropServices;

namespace Snaptree.Platform;

/// <summary>
/// A child of ours. It stays unreaped until disposed, so its pid, which is also its group's, cannot come to mean another process
/// while we may still signal it. Disposed while it runs, it is reaped when it ends.
/// </summary>
internal sealed class ChildProcess : IDisposable
{
    private int disposed;

    public ChildProcess(int pid)
    {
        Pid = pid;
        Exited = Task.Factory.StartNew(
            () => AwaitExit(pid), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    public int Pid { get; }

    /// <summary>Ends with the exit code; 128 plus the signal's number for a process ended by a signal.</summary>
    public Task<int> Exited { get; }

    /// <summary>Sends a signal to the child and to all in its process group. One that has no receiver left is no error.</summary>
    public void SignalGroup(int signal)
    {
        ObjectDisposedException.ThrowIf(disposed != 0, this);
        if (ProcessNative.Kill(-Pid, signal) != 0 && Marshal.GetLastPInvokeError() is var errno and not Errno.NoSuchProcess)
        {
            throw new FileOperationException("signal", $"process group {Pid}", errno);
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref disposed, 1) == 0)
        {
            _ = Exited.ContinueWith(
                _ => Reap(Pid), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    private static unsafe int AwaitExit(int pid)
    {
        SignalInfo info;
        while (ProcessNative.Wait(ProcessNative.WaitByPid, pid, &info, ProcessNative.WaitExited | ProcessNative.WaitLeaveZombie) != 0)
        {
            if (Marshal.GetLastPInvokeError() is var errno and not Errno.Interrupted)
            {
                throw new FileOperationException("wait for", $"process {pid}", errno);
            }
        }

        return info.Code == ProcessNative.ChildExited ? info.Status : 128 + info.Status;
    }

    private static unsafe void Reap(int pid)
    {
        SignalInfo info;
        _ = ProcessNative.Wait(ProcessNative.WaitByPid, pid, &info, ProcessNative.WaitExited | ProcessNative.WaitNoHang);
    }
}
