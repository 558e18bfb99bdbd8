using System.Collections.Concurrent;

namespace Snaptree.Qmp.Tests;

/// <summary>Records every state a client enters, also those of a connect that fails.</summary>
internal sealed class StateLog
{
    public static readonly QmpState[] ToRunning = [QmpState.Connecting, QmpState.Greeting, QmpState.Negotiating, QmpState.Running];

    private readonly ConcurrentQueue<QmpState> _seen = new();

    public QmpState[] Seen => [.. _seen];

    public QmpClientOptions Options(TimeProvider? time = null) =>
        new() { TimeProvider = time ?? TimeProvider.System, StateObserver = _seen.Enqueue };
}
