namespace Snaptree.Qmp;

/// <summary>
/// A caller's token and a time limit in one token, which remembers who fired: the caller's cancellation stays what it is, the
/// clock's becomes a <see cref="QmpTimeoutException"/>.
/// </summary>
internal sealed class Deadline : IDisposable
{
    private readonly TimeProvider _time;
    private readonly TimeSpan _limit;
    private readonly long _start;
    private readonly CancellationTokenSource _timer;
    private readonly CancellationTokenSource _either;

    public Deadline(TimeProvider time, TimeSpan limit, CancellationToken caller)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(limit, TimeSpan.Zero);
        _time = time;
        _limit = limit;
        _start = time.GetTimestamp();
        Caller = caller;
        _timer = new CancellationTokenSource(limit, time);
        _either = CancellationTokenSource.CreateLinkedTokenSource(caller, _timer.Token);
    }

    public CancellationToken Token => _either.Token;

    public CancellationToken Caller { get; }

    /// <summary>A second timer for the rest of this limit, which outlives this object and ignores the caller.</summary>
    public CancellationTokenSource StartRest()
    {
        var rest = _limit - _time.GetElapsedTime(_start);
        return new CancellationTokenSource(rest > TimeSpan.Zero ? rest : TimeSpan.Zero, _time);
    }

    public QmpTimeoutException Timeout(string command, string missing) => new(command, _limit, missing);

    /// <summary>The exception for whoever waited; only to be called after <see cref="Token"/> fired.</summary>
    public Exception Explain(string command, string missing) =>
        Caller.IsCancellationRequested ? new OperationCanceledException(Caller) : Timeout(command, missing);

    public void Dispose()
    {
        _either.Dispose();
        _timer.Dispose();
    }
}
