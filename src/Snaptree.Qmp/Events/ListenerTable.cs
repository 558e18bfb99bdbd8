using System.Collections.Immutable;

namespace Snaptree.Qmp;

/// <summary>The listeners of one connection. After <see cref="End"/> every listener, also a new one, knows why nothing more comes.</summary>
internal sealed class ListenerTable(int capacity, TimeProvider time)
{
    private readonly Lock _gate = new();
    private ImmutableArray<QmpEventListener> _listeners = [];
    private QmpException? _cause;

    public QmpEventListener Add(Func<QmpEvent, bool>? filter)
    {
        var listener = new QmpEventListener(filter, capacity, time, Remove);
        lock (_gate)
        {
            if (_cause is null) _listeners = _listeners.Add(listener);
            else listener.End(_cause);
        }

        return listener;
    }

    /// <summary>Called by the reader only, so every listener sees events in the order they came.</summary>
    public void Deliver(QmpEvent happened)
    {
        foreach (var listener in Current()) listener.Deliver(happened);
    }

    public void End(QmpException cause)
    {
        ImmutableArray<QmpEventListener> ending;
        lock (_gate)
        {
            _cause ??= cause;
            ending = _listeners;
            _listeners = [];
        }

        foreach (var listener in ending) listener.End(cause);
    }

    private ImmutableArray<QmpEventListener> Current()
    {
        lock (_gate) return _listeners;
    }

    private void Remove(QmpEventListener listener)
    {
        lock (_gate) _listeners = _listeners.Remove(listener);
    }
}
