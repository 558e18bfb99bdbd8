using System.Globalization;

namespace Snaptree.TestKit;

/// <summary>The ticks that a guest has printed on its console, read from the console's log.</summary>
public sealed class TickLog(string path, TimeProvider? time = null)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(5);
    private readonly TimeProvider time = time ?? TimeProvider.System;

    public long Length => new FileInfo(path).Length;

    /// <summary>Ticks in the order printed, from a place in the file on; a line that is still being written is left out.</summary>
    public IReadOnlyList<long> Read(long from = 0) => Parse(ReadText(from));

    /// <summary>The last tick that was printed whole; 0 before the first.</summary>
    public long Last() => File.Exists(path) && Read() is [.., var last] ? last : 0;

    /// <summary>
    /// The ticks of one guest's life that several logs tell, in the order in which its machines ran. A stop can tear a line; the machine
    /// that goes on prints its rest.
    /// </summary>
    public static IReadOnlyList<long> ReadAcross(params IEnumerable<TickLog> logs) => Parse(string.Concat(logs.Select(log => log.ReadText(0))));

    /// <summary>
    /// Waits until the counter goes back, as it does after a revert, and says to what. The end of one machine and the beginning of the next can
    /// tear a line each and make a number of the two halves, so only a tick that the next one follows counts.
    /// </summary>
    public Task<long> FirstAfterReturnAsync(long from, CancellationToken cancellationToken) => WaitAsync(from, ReturnsIn, cancellationToken);

    /// <summary>Waits for the first tick after a place in the file.</summary>
    public Task<long> NextAsync(long from, CancellationToken cancellationToken) => WaitAsync(from, ticks => ticks, cancellationToken);

    /// <summary>Waits until a tick above <paramref name="tick"/> is printed, and says which.</summary>
    /// <exception cref="TimeoutException">It was not printed within the limit.</exception>
    public async Task<long> WaitForTickAfterAsync(long tick, TimeSpan limit, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        using var timer = new PeriodicTimer(PollInterval, time);
        while (true)
        {
            if (Last() is var last && last > tick)
            {
                return last;
            }

            if (time.GetElapsedTime(start) > limit)
            {
                throw new TimeoutException($"no tick after {tick} in {path} within {limit}; the last is {last}");
            }

            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }

    private static IReadOnlyList<long> ReturnsIn(IReadOnlyList<long> ticks)
    {
        var highest = 0L;
        List<long> returns = [];
        foreach (var (tick, next) in ticks.Zip(ticks.Skip(1)))
        {
            if (tick < highest && next == tick + 1)
            {
                returns.Add(tick);
            }

            highest = Math.Max(highest, tick);
        }

        return returns;
    }

    private static IReadOnlyList<long> Parse(string text) =>
        [.. text[..(text.LastIndexOf('\n') + 1)].Split('\n')
            .Select(line => line.Trim())
            .Where(line => line.StartsWith("tick ", StringComparison.Ordinal))
            .Select(line => long.Parse(line.AsSpan(5), CultureInfo.InvariantCulture))];

    private string ReadText(long from)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        file.Seek(from, SeekOrigin.Begin);
        using var reader = new StreamReader(file);
        return reader.ReadToEnd();
    }

    private async Task<long> WaitAsync(long from, Func<IReadOnlyList<long>, IReadOnlyList<long>> find, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Limit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        using var timer = new PeriodicTimer(PollInterval, time);
        while (true)
        {
            if (File.Exists(path) && find(Read(from)) is [var first, ..])
            {
                return first;
            }

            await timer.WaitForNextTickAsync(both.Token);
        }
    }
}
