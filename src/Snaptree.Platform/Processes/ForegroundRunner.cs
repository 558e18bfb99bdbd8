using Microsoft.Win32.SafeHandles;

namespace Snaptree.Platform;

/// <summary>Runs programs that a person works with, on our own terminal.</summary>
public interface IForegroundRunner
{
    /// <summary>
    /// Runs a program with our standard input and outputs, in our process group and locale, and returns its exit code (128 plus the
    /// signal's number when a signal ended it) when it has ended. <see cref="ProcessCommand.Deadline"/> does not apply: the person ends it.
    /// </summary>
    /// <param name="command">The program; it can have neither input text nor an output callback.</param>
    /// <param name="cancellationToken">Looked at before the start only: a program is not taken from under a person's hands.</param>
    /// <exception cref="ProgramNotFoundException">There is no such program; nothing was started.</exception>
    /// <exception cref="FileOperationException">The program may not be executed.</exception>
    Task<int> RunAsync(ProcessCommand command, CancellationToken cancellationToken);
}

/// <inheritdoc cref="IForegroundRunner"/>
public sealed class ForegroundRunner : IForegroundRunner
{
    public async Task<int> RunAsync(ProcessCommand command, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(command);
        if (command.StandardInput is not null || command.OnOutput is not null)
        {
            throw new ArgumentException("A program in the foreground has our own input and output.", nameof(command));
        }

        cancellationToken.ThrowIfCancellationRequested();
        using SafeFileHandle input = Standard(0);
        using SafeFileHandle output = Standard(1);
        using SafeFileHandle error = Standard(2);
        using ChildProcess child = new(PosixSpawn.Start(new(command, SpawnPlace.OurGroup, input, output, error)));
        return await child.Exited;
    }

    private static SafeFileHandle Standard(int descriptor) => new(descriptor, ownsHandle: false);
}
