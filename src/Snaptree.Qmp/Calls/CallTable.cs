namespace Snaptree.Qmp.Calls;

/// <summary>
/// Which ids are awaited. An id is in the table from before its command is written until its reply comes. When the caller gave
/// up, the id stays with no call beside it: its late reply is recognised and dropped, and can never reach another command.
/// </summary>
internal sealed class CallTable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<long, PendingCall?> _calls = [];
    private QmpException? _cause;
    private long _lastId;

    public PendingCall Open(string command)
    {
        lock (_gate)
        {
            if (_cause is not null) throw _cause.Interrupting($"'{command}'");
            var call = new PendingCall(++_lastId, command);
            _calls.Add(call.Id, call);
            return call;
        }
    }

    /// <summary>The command was never written, so no reply can come.</summary>
    public void Withdraw(PendingCall call)
    {
        lock (_gate) _calls.Remove(call.Id);
    }

    /// <summary>Nobody waits any more, but a reply may still come.</summary>
    public void Abandon(PendingCall call)
    {
        lock (_gate)
        {
            if (_calls.ContainsKey(call.Id)) _calls[call.Id] = null;
        }
    }

    /// <summary>
    /// Ends an id's life. False: the id was never given out, or was answered before. True with a null call: its caller has left.
    /// </summary>
    public bool TryTake(long id, out PendingCall? call)
    {
        lock (_gate) return _calls.Remove(id, out call);
    }

    public void End(QmpException cause)
    {
        PendingCall?[] ending;
        lock (_gate)
        {
            _cause ??= cause;
            ending = [.. _calls.Values];
            _calls.Clear();
        }

        foreach (var call in ending) call?.Fail(cause.Interrupting($"'{call.Command}'"));
    }
}
