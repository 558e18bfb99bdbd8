using System.Diagnostics;

namespace Snaptree.Bench;

/// <summary>
/// The longest time for which a console log does not grow, looked at every millisecond. The guest prints a tick every few
/// milliseconds, so this is its pause plus at most one interval between ticks.
/// </summary>
internal sealed class PauseWatch
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private readonly string path;
    private readonly Thread thread;
    private TimeSpan longest;
    private volatile bool ending;

    private PauseWatch(string path)
    {
        this.path = path;
        thread = new Thread(Follow) { IsBackground = true };
        thread.Start();
    }

    public static PauseWatch Start(string consoleLog) => new(consoleLog);

    /// <summary>Waits for the next tick, so that a pause at the end counts in full.</summary>
    public TimeSpan Stop()
    {
        ending = true;
        thread.Join();
        return longest;
    }

    private void Follow()
    {
        using var file = File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete);
        var length = RandomAccess.GetLength(file);
        var since = Stopwatch.GetTimestamp();
        while (true)
        {
            Thread.Sleep(1);
            var gap = Stopwatch.GetElapsedTime(since);
            longest = gap > longest ? gap : longest;
            var now = RandomAccess.GetLength(file);
            if (now != length)
            {
                (length, since) = (now, Stopwatch.GetTimestamp());
            }

            if (ending && (now != length || gap < TimeSpan.FromMilliseconds(2) || gap > Limit))
            {
                return;
            }
        }
    }
}
