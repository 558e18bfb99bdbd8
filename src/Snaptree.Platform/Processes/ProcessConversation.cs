using System.IO.Pipes;
using System.Text;

namespace Snaptree.Platform;

/// <summary>A running program with the three pipes between it and us.</summary>
internal sealed class ProcessConversation : IDisposable
{
    private static readonly TimeSpan PoliteLimit = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan ForcedLimit = TimeSpan.FromSeconds(10);

    private readonly AnonymousPipeServerStream output = new(PipeDirection.In, HandleInheritability.None);
    private readonly AnonymousPipeServerStream error = new(PipeDirection.In, HandleInheritability.None);
    private readonly AnonymousPipeServerStream? input;
    private readonly CancellationTokenSource abandoned = new();
    private readonly ProcessCommand command;
    private readonly ChildProcess child;
    private readonly OutputReader outputReader;
    private readonly OutputReader errorReader = new(onPiece: null);
    private readonly Task[] streams;

    private ProcessConversation(ProcessCommand command)
    {
        this.command = command;
        outputReader = new(command.OnOutput);
        input = command.StandardInput is null ? null : new(PipeDirection.Out, HandleInheritability.None);
        try
        {
            child = new(PosixSpawn.Start(new(
                command, SpawnPlace.OwnGroup, input?.ClientSafePipeHandle, output.ClientSafePipeHandle, error.ClientSafePipeHandle)));
        }
        catch
        {
            DisposePipes();
            throw;
        }

        // Ours of the child's ends must go, or no stream would ever end.
        input?.DisposeLocalCopyOfClientHandle();
        output.DisposeLocalCopyOfClientHandle();
        error.DisposeLocalCopyOfClientHandle();
        streams =
        [
            outputReader.ReadAsync(output, abandoned.Token),
            errorReader.ReadAsync(error, abandoned.Token),
            SendInputAsync(abandoned.Token),
        ];
    }

    public string StandardOutput => outputReader.Text;

    public string StandardError => errorReader.Text;

    public static ProcessConversation Start(ProcessCommand command) => new(command);

    /// <summary>Ends when the program has ended and its streams are closed, or at the first failure of any of them.</summary>
    public async Task<ProcessResult> CompleteAsync(CancellationToken cancellationToken)
    {
        await foreach (Task part in Task.WhenEach([.. streams, child.Exited]).WithCancellation(cancellationToken))
        {
            await part;
        }

        return new(await child.Exited, StandardOutput, StandardError);
    }

    /// <summary>Stops the program and all in its group: SIGTERM, and after three seconds SIGKILL. Returns when it is gone.</summary>
    /// <exception cref="ProcessNotEndedException">Not even SIGKILL ended it.</exception>
    public async Task StopAsync(TimeProvider time)
    {
        child.SignalGroup(ProcessNative.SignalTerminate);
        await ((Task)child.Exited).WaitAsync(PoliteLimit, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        child.SignalGroup(ProcessNative.SignalKill);
        await ((Task)child.Exited).WaitAsync(ForcedLimit, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await abandoned.CancelAsync();
        await Task.WhenAll(streams).WaitAsync(ForcedLimit, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!child.Exited.IsCompleted)
        {
            throw new ProcessNotEndedException(command, child.Pid);
        }
    }

    public void Dispose()
    {
        child.Dispose();
        DisposePipes();
    }

    private async Task SendInputAsync(CancellationToken cancellationToken)
    {
        if (input is null)
        {
            return;
        }

        try
        {
            await input.WriteAsync(Encoding.UTF8.GetBytes(command.StandardInput ?? ""), cancellationToken);
        }
        catch (IOException) when (!cancellationToken.IsCancellationRequested)
        {
            // The program ended, or closed its input, without reading all of it: that is its right, and its exit code tells.
        }
        finally
        {
            await input.DisposeAsync();
        }
    }

    private void DisposePipes()
    {
        output.Dispose();
        error.Dispose();
        input?.Dispose();
        abandoned.Dispose();
    }
}
