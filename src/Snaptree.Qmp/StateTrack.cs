namespace Snaptree.Qmp;

/// <summary>The connection's state. Moves follow the table below; the first move to an end wins and later ones are refused.</summary>
internal sealed class StateTrack(Action<QmpState>? observer)
{
    private readonly Lock _gate = new();
    private QmpState _current = QmpState.Idle;

    public QmpState Current
    {
        get
        {
            lock (_gate) return _current;
        }
    }

    /// <summary>Moves, tells the observer (inside the lock, so it sees moves in their order), and says whether the move was allowed.</summary>
    public bool TryMove(QmpState next)
    {
        lock (_gate)
        {
            if (!IsAllowed(_current, next)) return false;
            _current = next;
            observer?.Invoke(next);
            return true;
        }
    }

    private static bool IsAllowed(QmpState from, QmpState to) => (from, to) switch
    {
        (QmpState.Idle, QmpState.Connecting) => true,
        (QmpState.Connecting, QmpState.Greeting) => true,
        (QmpState.Greeting, QmpState.Negotiating) => true,
        (QmpState.Negotiating, QmpState.Running) => true,
        ( >= QmpState.Connecting and <= QmpState.Running, QmpState.Closing or QmpState.Faulted) => true,
        (QmpState.Closing, QmpState.Closed) => true,
        _ => false,
    };
}
