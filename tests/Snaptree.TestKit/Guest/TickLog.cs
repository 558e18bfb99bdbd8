using System.Globalization;

namespace Snaptree.TestKit;

/// <summary>The ticks that a guest has printed on its console, read from the console's log.</summary>
public sealed class TickLog(string path)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public long Length => new FileInfo(path).Length;

    /// <summary>Ticks in the order printed, from a place in the file on; a line that is still being written is left out.</summary>
    public IReadOnlyList<long> Read(long from = 0)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        file.Seek(from, SeekOrigin.Begin);
        using var reader = new StreamReader(file);
        var text = reader.ReadToEnd();
        return [.. text[..(text.LastIndexOf('\n') + 1)].Split('\n')
            .Select(line => line.Trim())
            .Where(line => line.StartsWith("tick ", StringComparison.Ordinal))
            .Select(line => long.Parse(line.AsSpan(5), CultureInfo.InvariantCulture))];
    }

    /// <summary>Waits until the counter goes back, as it does after a revert, and says to what.</summary>
    public Task<long> FirstAfterReturnAsync(long from, CancellationToken cancellationToken) =>
        WaitAsync(from, ticks => ticks.Zip(ticks.Skip(1)).Where(pair => pair.Second <= pair.First).Select(pair => pair.Second).ToList(), cancellationToken);

    /// <summary>Waits for the first tick after a place in the file.</summary>
    public Task<long> NextAsync(long from, CancellationToken cancellationToken) => WaitAsync(from, ticks => ticks, cancellationToken);

    private async Task<long> WaitAsync(long from, Func<IReadOnlyList<long>, IReadOnlyList<long>> find, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Limit);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
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
