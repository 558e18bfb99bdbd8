using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Snaptree.TestKit;

/// <summary>
/// The guest's command channel: a line with an id of ours, answered by a line with the same id. Lines with other ids are answers to
/// questions from before a revert and are passed over.
/// </summary>
public sealed class GuestChannel : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private readonly Socket socket;
    private readonly StreamReader reader;
    private readonly NetworkStream stream;
    private readonly string run = Guid.NewGuid().ToString("N")[..6];
    private int asked;

    private GuestChannel(Socket socket)
    {
        this.socket = socket;
        stream = new NetworkStream(socket, ownsSocket: false);
        reader = new StreamReader(stream, Encoding.ASCII);
    }

    /// <summary>How long the guest may take to answer.</summary>
    public TimeSpan AnswerLimit { get; set; } = Limit;

    /// <summary>Connects and waits until the guest answers.</summary>
    public static async Task<GuestChannel> ConnectAsync(string path, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
        var channel = new GuestChannel(socket);
        await channel.WakeAsync(cancellationToken);
        return channel;
    }

    public ValueTask DisposeAsync()
    {
        reader.Dispose();
        stream.Dispose();
        socket.Dispose();
        return ValueTask.CompletedTask;
    }

    public Task FillAsync(int mib, int seed, CancellationToken cancellationToken) => AskAsync($"fill {mib} {seed}", cancellationToken);

    public Task<string> MemorySumAsync(CancellationToken cancellationToken) => AskAsync("memsum", cancellationToken);

    public Task WriteAsync(string disk, long offset, long length, byte pattern, CancellationToken cancellationToken) =>
        AskAsync($"write {disk} {offset} {length} {pattern}", cancellationToken);

    public Task<string> SumAsync(string disk, long offset, long length, CancellationToken cancellationToken) =>
        AskAsync($"sum {disk} {offset} {length}", cancellationToken);

    /// <summary>The counter of this moment. The guest rewrites it without a lock, so now and then there is nothing to read.</summary>
    public async Task<long> TicksAsync(CancellationToken cancellationToken)
    {
        string answer;
        do
        {
            answer = await AskAsync("ticks", cancellationToken);
        }
        while (answer.Length == 0);
        return long.Parse(answer, CultureInfo.InvariantCulture);
    }

    /// <returns>What the guest says after "ok".</returns>
    /// <exception cref="InvalidOperationException">The guest says "error".</exception>
    /// <exception cref="TimeoutException">The guest says nothing in time.</exception>
    public async Task<string> AskAsync(string command, CancellationToken cancellationToken)
    {
        var id = $"{run}{++asked}";
        await SendAsync($"{id} {command}\n", cancellationToken);
        var line = await ReadReplyAsync(id, cancellationToken).AsTask().WaitAsync(AnswerLimit, cancellationToken);
        return line.StartsWith("ok", StringComparison.Ordinal)
            ? line[2..].Trim()
            : throw new InvalidOperationException($"the guest answered '{command}' with: {line}");
    }

    /// <summary>A guest that is still booting loses what it is sent, so the first question is asked until it is answered.</summary>
    private async Task WakeAsync(CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Limit);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        var id = run + "w";
        var reply = ReadReplyAsync(id, both.Token).AsTask();
        while (!reply.IsCompleted)
        {
            await SendAsync($"\n{id} ping\n", both.Token);
            await Task.WhenAny(reply, timer.WaitForNextTickAsync(both.Token).AsTask());
        }

        await reply;
    }

    private async ValueTask<string> ReadReplyAsync(string id, CancellationToken cancellationToken)
    {
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            // A port that the guest has not made raw yet sends our own question back.
            if (line.Trim().Split(' ', 2) is [var asker, var rest] && asker == id && IsAnswer(rest))
            {
                return rest;
            }
        }

        throw new InvalidOperationException("the guest's channel was closed");
    }

    private static bool IsAnswer(string text) => text.Split(' ')[0] is "ok" or "error";

    private async Task SendAsync(string text, CancellationToken cancellationToken) =>
        await stream.WriteAsync(Encoding.ASCII.GetBytes(text), cancellationToken);
}
