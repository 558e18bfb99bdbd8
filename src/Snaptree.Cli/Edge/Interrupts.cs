using System.Runtime.InteropServices;

namespace Snaptree.Cli.Edge;

/// <summary>
/// Ctrl-C, twice: the first asks politely and says so, the second ends the process at once. The journal makes that safe: what was begun
/// is finished or undone by the next command on the domain.
/// </summary>
internal sealed class Interrupts : IDisposable
{
    private readonly CancellationTokenSource source = new();
    private readonly Action<string> say;
    private readonly Action<int> endProcess;
    private readonly PosixSignalRegistration[] registrations;
    private int asked;

    /// <param name="say">Prints one line.</param>
    /// <param name="endProcess">Ends this process with an exit code.</param>
    public Interrupts(Action<string> say, Action<int> endProcess)
    {
        (this.say, this.endProcess) = (say, endProcess);
        registrations = [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP }.Select(signal => PosixSignalRegistration.Create(signal, Handle))];
    }

    public CancellationToken Token => source.Token;

    public bool WasAsked => Volatile.Read(ref asked) > 0;

    /// <summary>What a signal does.</summary>
    internal void Ask()
    {
        if (Interlocked.Increment(ref asked) > 1)
        {
            say("Ended at once; run 'snaptree recover' to finish or undo what was begun.");
            endProcess(ExitCodes.Cancelled);
            return;
        }

        say("Cancelling, if that is still possible. Press Ctrl-C again to end at once.");
        source.Cancel();
    }

    public void Dispose()
    {
        foreach (var registration in registrations)
        {
            registration.Dispose();
        }

        source.Dispose();
    }

    private void Handle(PosixSignalContext context)
    {
        context.Cancel = true;
        Ask();
    }
}
