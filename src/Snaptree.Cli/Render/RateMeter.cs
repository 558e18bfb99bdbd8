namespace Snaptree.Cli.Render;

/// <summary>A smoothed rate: recent seconds count more than old ones, so that it neither jumps nor lags.</summary>
internal sealed class RateMeter(TimeProvider time)
{
    private static readonly TimeSpan Memory = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan ShortestSample = TimeSpan.FromMilliseconds(200);

    private long lastStamp = time.GetTimestamp();
    private long? lastBytes;

    /// <summary>Null until there is enough to tell.</summary>
    public double? BytesPerSecond { get; private set; }

    public void Add(long doneBytes)
    {
        var elapsed = time.GetElapsedTime(lastStamp);
        // A count that goes back belongs to new work.
        if (lastBytes is not { } before || doneBytes < before)
        {
            (lastStamp, lastBytes, BytesPerSecond) = (time.GetTimestamp(), doneBytes, null);
            return;
        }

        if (elapsed < ShortestSample)
        {
            return;
        }

        var sample = (doneBytes - before) / elapsed.TotalSeconds;
        var weight = 1 - Math.Exp(-elapsed / Memory);
        BytesPerSecond = BytesPerSecond is { } old ? old + (weight * (sample - old)) : sample;
        (lastStamp, lastBytes) = (time.GetTimestamp(), doneBytes);
    }

    /// <summary>Null when nothing moves or nothing is known.</summary>
    public TimeSpan? TimeFor(long bytes) =>
        BytesPerSecond is > 0 and var rate && bytes / rate < TimeSpan.FromDays(30).TotalSeconds ? TimeSpan.FromSeconds(bytes / rate) : null;
}
