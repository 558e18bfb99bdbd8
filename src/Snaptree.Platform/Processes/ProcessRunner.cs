namespace Snaptree.Platform;

/// <summary>Runs other programs to their end.</summary>
public interface IProcessRunner
{
    /// <summary>
    /// Runs a program in the C locale, in a process group of its own, and returns when it has ended and closed its output,
    /// whatever its exit code. When it must stop early it gets SIGTERM, after three seconds SIGKILL, and has ended when the
    /// exception is thrown.
    /// </summary>
    /// <exception cref="ProgramNotFoundException">There is no such program; nothing was started.</exception>
    /// <exception cref="FileOperationException">The program may not be executed.</exception>
    /// <exception cref="ProcessDeadlineException">It ran past <see cref="ProcessCommand.Deadline"/>.</exception>
    /// <exception cref="OperationCanceledException">The token fired; the exception carries it.</exception>
    /// <exception cref="ProcessNotEndedException">It had to stop and did not; it may still write.</exception>
    Task<ProcessResult> RunAsync(ProcessCommand command, CancellationToken cancellationToken);
}

/// <inheritdoc cref="IProcessRunner"/>
/// <param name="time">The clock that deadlines are counted by.</param>
public sealed class ProcessRunner(TimeProvider time) : IProcessRunner
{
    public async Task<ProcessResult> RunAsync(ProcessCommand command, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(command);
        cancellationToken.ThrowIfCancellationRequested();
        using CancellationTokenSource deadline = new(command.Deadline, time);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        using ProcessConversation conversation = ProcessConversation.Start(command);
        bool settled = false;
        try
        {
            ProcessResult result = await conversation.CompleteAsync(stop.Token);
            settled = true;
            return result;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            settled = true;
            await conversation.StopAsync(time);
            throw cancellationToken.IsCancellationRequested
                ? new OperationCanceledException($"'{command}' was stopped on request", cancellationToken)
                : new ProcessDeadlineException(command, conversation.StandardOutput, conversation.StandardError);
        }
        finally
        {
            if (!settled)
            {
                await conversation.StopAsync(time);
            }
        }
    }
}
