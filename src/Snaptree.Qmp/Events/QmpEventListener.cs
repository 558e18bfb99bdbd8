using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;

namespace Snaptree.Qmp;

/// <summary>
/// Gives out events in the order they came, beginning with the first one after <see cref="QmpClient.Subscribe"/>. Events are
/// held until taken, so an event that follows a command at once is not missed when the subscription came before the command.
/// <para>
/// The buffer is bounded by <see cref="QmpClientOptions.EventBufferCapacity"/>. A full buffer never delays the connection and
/// never loses an event in silence: the listener gives out what it holds, then ends with <see cref="QmpEventOverflowException"/>.
/// </para>
/// </summary>
public sealed class QmpEventListener : IDisposable
{
    private readonly Channel<QmpEvent> _events;
    private readonly Func<QmpEvent, bool>? _filter;
    private readonly int _capacity;
    private readonly TimeProvider _time;
    private readonly Action<QmpEventListener> _unsubscribe;

    internal QmpEventListener(Func<QmpEvent, bool>? filter, int capacity, TimeProvider time, Action<QmpEventListener> unsubscribe)
    {
        _filter = filter;
        _capacity = capacity;
        _time = time;
        _unsubscribe = unsubscribe;
        // "Wait" makes TryWrite answer false when the buffer is full: the only mode that does not drop.
        _events = Channel.CreateBounded<QmpEvent>(new BoundedChannelOptions(capacity) { FullMode = BoundedChannelFullMode.Wait });
    }

    /// <summary>Takes the next event, or waits for it.</summary>
    /// <param name="deadline">How long to wait; positive and finite.</param>
    /// <param name="ct">Gives up waiting; no event is lost by it.</param>
    /// <exception cref="QmpTimeoutException">No event came in time. The listener goes on.</exception>
    /// <exception cref="QmpEventOverflowException">The buffer had overflowed, and all that was in it has been given out.</exception>
    /// <exception cref="QmpConnectionException">The connection ended, and all earlier events have been given out.</exception>
    /// <exception cref="QmpProtocolException">As above, and the end was caused by bad data.</exception>
    /// <exception cref="ObjectDisposedException">This listener was disposed.</exception>
    /// <exception cref="InvalidOperationException">The subscriber's filter failed; its own exception is inside.</exception>
    public async Task<QmpEvent> NextAsync(TimeSpan deadline, CancellationToken ct = default)
    {
        ct.ThrowIfCancellationRequested();
        using var limit = new Deadline(_time, deadline, ct);
        try
        {
            return await _events.Reader.ReadAsync(limit.Token);
        }
        catch (OperationCanceledException) when (limit.Token.IsCancellationRequested)
        {
            throw limit.Explain("next event", "no event came");
        }
        catch (ChannelClosedException end) when (end.InnerException is QmpException cause)
        {
            throw cause.Interrupting("Waiting for an event");
        }
        catch (ChannelClosedException end) when (end.InnerException is FilterFailure broken)
        {
            throw new InvalidOperationException(broken.Message, broken.InnerException);
        }
        catch (ChannelClosedException end)
        {
            throw new ObjectDisposedException("The listener was disposed.", end);
        }
    }

    /// <summary>Takes an event if one is there already; never waits.</summary>
    public bool TryNext([NotNullWhen(true)] out QmpEvent? next) => _events.Reader.TryRead(out next);

    /// <summary>Ends the subscription; whoever waits in <see cref="NextAsync"/> is answered at once.</summary>
    public void Dispose()
    {
        _unsubscribe(this);
        _events.Writer.TryComplete();
    }

    internal void Deliver(QmpEvent happened)
    {
        try
        {
            if (_filter is not null && !_filter(happened)) return;
        }
        catch (Exception broken) // The filter is the subscriber's code: its failure is the subscriber's, not the connection's.
        {
            _events.Writer.TryComplete(new FilterFailure(happened.Name, broken));
            _unsubscribe(this);
            return;
        }

        if (_events.Writer.TryWrite(happened)) return;
        _events.Writer.TryComplete(new QmpEventOverflowException(_capacity, happened.Name));
        _unsubscribe(this);
    }

    internal void End(QmpException cause) => _events.Writer.TryComplete(cause);

    private sealed class FilterFailure(string eventName, Exception cause)
        : Exception($"The listener's filter failed on '{eventName}': {cause.Message}", cause);
}
