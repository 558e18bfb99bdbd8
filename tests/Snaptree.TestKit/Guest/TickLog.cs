using System.Globalization;
using System.Text;

namespace Snaptree.TestKit.Guest;

/// <summary>
/// The ticks in a console log that QEMU is still writing. A line without its end is not a tick yet: the machine may have
/// stopped in the middle of it, and the rest then comes out of the machine that goes on.
/// </summary>
public sealed class TickLog(string path, TimeProvider? time = null)
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(10);
    private const string Word = "tick ";
    private const int TailBytes = 4096;
    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <summary>The last whole tick; 0 before the first and when there is no log yet.</summary>
    public long Last() => Parse(ReadFrom(tail: true)).LastOrDefault();

    public IReadOnlyList<long> All() => Parse(ReadFrom(tail: false));

    /// <summary>
    /// The ticks of one guest life told by several logs, in the order in which the machines ran; a line torn by a stop is
    /// whole again.
    /// </summary>
    public static IReadOnlyList<long> AllAcross(params IEnumerable<TickLog> logs) =>
        Parse(string.Concat(logs.Select(log => log.ReadFrom(tail: false))));

    /// <summary>Waits until the last tick is above <paramref name="tick"/> and returns it.</summary>
    /// <exception cref="TimeoutException">It did not come within the limit; the message has the end of the log.</exception>
    public async Task<long> WaitForTickAfterAsync(long tick, TimeSpan limit, CancellationToken cancellationToken)
    {
        var start = _time.GetTimestamp();
        using var timer = new PeriodicTimer(PollInterval, _time);
        while (true)
        {
            if (Last() is var last && last > tick)
                return last;
            if (_time.GetElapsedTime(start) > limit)
                throw new TimeoutException($"No tick after {tick} in {path} within {limit}; the log ends with:\n{ReadFrom(tail: true)}");
            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }

    private static List<long> Parse(string text)
    {
        var ticks = new List<long>();
        var whole = text.AsSpan(0, text.LastIndexOf('\n') + 1);
        foreach (var line in whole.EnumerateLines())
        {
            if (line.StartsWith(Word, StringComparison.Ordinal)
                && long.TryParse(line[Word.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var tick))
                ticks.Add(tick);
        }

        return ticks;
    }

    private string ReadFrom(bool tail)
    {
        if (!File.Exists(path))
            return "";
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var skipped = tail ? Math.Max(0, file.Length - TailBytes) : 0;
        file.Position = skipped;
        using var reader = new StreamReader(file, Encoding.Latin1);
        // A tail may begin inside a line.
        if (skipped > 0)
            reader.ReadLine();
        return reader.ReadToEnd();
    }
}
