using Microsoft.Win32.SafeHandles;

namespace Snaptree.Platform;

/// <summary>Starts programs that outlive us.</summary>
public interface IDetachedProcessLauncher
{
    /// <summary>
    /// Starts a program in a session of its own, in the C locale, with <c>/dev/null</c> as input, both outputs appended to the log
    /// file and no other descriptor open. <see cref="ProcessCommand.Deadline"/> does not apply.
    /// </summary>
    /// <param name="command">The program; it can have neither input nor an output callback.</param>
    /// <param name="logFilePath">Made with mode 0600 when missing; its folder must exist.</param>
    /// <param name="cancellationToken">Looked at before the start only.</param>
    /// <returns>The program itself: no shell stands between.</returns>
    /// <exception cref="ProgramNotFoundException">There is no such program; nothing was started.</exception>
    /// <exception cref="FileOperationException">The log cannot be opened, or the program may not be executed.</exception>
    Task<ProcessIdentity> StartAsync(ProcessCommand command, string logFilePath, CancellationToken cancellationToken);
}

/// <inheritdoc cref="IDetachedProcessLauncher"/>
public sealed class DetachedProcessLauncher : IDetachedProcessLauncher
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public Task<ProcessIdentity> StartAsync(ProcessCommand command, string logFilePath, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(command);
        if (command.StandardInput is not null || command.OnOutput is not null)
        {
            throw new ArgumentException("A detached program has neither input nor an output callback.", nameof(command));
        }

        cancellationToken.ThrowIfCancellationRequested();
        return Task.Run(() => Start(command, logFilePath), CancellationToken.None);
    }

    private static ProcessIdentity Start(ProcessCommand command, string logFilePath)
    {
        using SafeFileHandle log =
            UnixFile.Open("open", logFilePath, FileNative.WriteOnly | FileNative.Create | FileNative.Append, OwnerOnly);
        int pid = PosixSpawn.Start(new(command, SpawnPlace.OwnSession, Input: null, log, log));
        // Read before it may be reaped: even a program that has ended already is still there as a zombie.
        ProcessIdentity? identity = ProcessIdentity.FindAny(pid);
        new ChildProcess(pid).Dispose();
        return identity ?? throw new FileOperationException("examine", $"/proc/{pid}/stat", Errno.NoSuchEntry);
    }
}
