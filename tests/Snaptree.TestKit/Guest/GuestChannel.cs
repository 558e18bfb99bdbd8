using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Snaptree.TestKit;

/// <summary>
/// Questions to the guest over its second serial port: a unix socket that QEMU serves. One question at a time; further
/// askers wait. Connects when first asked and again after a loss, so one channel outlives the QEMU processes behind a path.
/// </summary>
public sealed class GuestChannel(string socketPath, TimeProvider? time = null) : IAsyncDisposable
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan PingLimit = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan ReadyLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan ShortLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongLimit = TimeSpan.FromMinutes(3);

    // Replies that a restored guest still owes to another channel must not fit a question of this one.
    private readonly string idPrefix = Guid.NewGuid().ToString("N")[..8];
    private readonly TimeProvider time = time ?? TimeProvider.System;
    private readonly SemaphoreSlim turn = new(1, 1);
    private readonly byte[] buffer = new byte[1024];
    private readonly StringBuilder line = new();
    private Socket? socket;
    private int received;
    private int taken;
    private int asked;

    /// <summary>A channel to a guest that has answered; one that still boots is waited for.</summary>
    public static async Task<GuestChannel> ConnectAsync(string socketPath, CancellationToken cancellationToken)
    {
        var channel = new GuestChannel(socketPath);
        try
        {
            await channel.WaitUntilReadyAsync(ReadyLimit, cancellationToken);
            return channel;
        }
        catch
        {
            await channel.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until a guest that boots, or has just been restored, answers.</summary>
    public async Task WaitUntilReadyAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        using var timer = new PeriodicTimer(RetryInterval, time);
        while (true)
        {
            try
            {
                // All of these have one id, so that the late answer of a slow guest to any of them will do.
                await AskAsync("ping", $"{idPrefix}ready", PingLimit, cancellationToken);
                return;
            }
            // A guest that has not opened its port yet drops what it is sent; a machine on its way has no socket yet.
            catch (GuestException notYet) when (notYet is not GuestRefusedException)
            {
                if (time.GetElapsedTime(start) > limit)
                    throw;
            }

            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }

    /// <summary>Asks and returns what follows "ok" in the reply; lines that answer something else are passed over.</summary>
    /// <exception cref="GuestRefusedException">The guest answered with an error.</exception>
    /// <exception cref="GuestSilentException">No answer within the limit; the guest may still act on the command.</exception>
    /// <exception cref="GuestLostException">There is no QEMU at the other end, or it ended before the answer.</exception>
    public Task<string> AskAsync(string command, TimeSpan limit, CancellationToken cancellationToken) => AskAsync(command, null, limit, cancellationToken);

    private async Task<string> AskAsync(string command, string? id, TimeSpan limit, CancellationToken cancellationToken)
    {
        await turn.WaitAsync(cancellationToken);
        using var deadline = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return await ExchangeAsync(command, id, either.Token);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new GuestSilentException(command, limit);
        }
        catch (SocketException lost)
        {
            Disconnect();
            throw new GuestLostException(command, socketPath, lost);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Asks with the limit of a command that may be long.</summary>
    public Task<string> AskAsync(string command, CancellationToken cancellationToken) => AskAsync(command, LongLimit, cancellationToken);

    public Task PingAsync(CancellationToken cancellationToken) => AskAsync("ping", ShortLimit, cancellationToken);

    /// <summary>Fills guest memory with data of which <see cref="GuestPatterns.FillAsync"/> knows the sum.</summary>
    public Task FillAsync(int mib, int seed, CancellationToken cancellationToken) =>
        AskAsync($"fill {mib} {seed}", LongLimit, cancellationToken);

    /// <summary>The sum of the fill, computed from memory on every call.</summary>
    public Task<string> MemorySumAsync(CancellationToken cancellationToken) => AskAsync("memsum", LongLimit, cancellationToken);

    /// <summary>Writes to a disk ("vda"), past the guest's cache and flushed; offset and length in bytes, whole sectors.</summary>
    public Task WriteAsync(string disk, long offset, long length, byte value, CancellationToken cancellationToken) =>
        AskAsync($"write {disk} {offset} {length} {value}", LongLimit, cancellationToken);

    /// <summary>The sum of a range of a disk, read from the disk and not from the guest's cache.</summary>
    public Task<string> SumAsync(string disk, long offset, long length, CancellationToken cancellationToken) =>
        AskAsync($"sum {disk} {offset} {length}", LongLimit, cancellationToken);

    /// <summary>The sum of a range as the guest's cache has it, which then has it.</summary>
    public Task<string> CachedSumAsync(string disk, long offset, long length, CancellationToken cancellationToken) =>
        AskAsync($"cachedsum {disk} {offset} {length}", LongLimit, cancellationToken);

    public Task SyncAsync(CancellationToken cancellationToken) => AskAsync("sync", ShortLimit, cancellationToken);

    public async Task<long> TicksAsync(CancellationToken cancellationToken) =>
        long.Parse(await AskAsync("ticks", ShortLimit, cancellationToken), NumberStyles.None, CultureInfo.InvariantCulture);

    /// <summary>Keeps rewriting that many MiB of guest memory every second; 0 stops it, after the last write.</summary>
    public Task DirtyAsync(int mibPerSecond, CancellationToken cancellationToken) =>
        AskAsync(mibPerSecond == 0 ? "dirty off" : $"dirty {mibPerSecond}", ShortLimit, cancellationToken);

    /// <summary>Keeps writing to the upper half of a disk, or stops after the last write.</summary>
    public Task LoadAsync(string disk, bool on, CancellationToken cancellationToken) =>
        AskAsync($"load {disk} {(on ? "on" : "off")}", ShortLimit, cancellationToken);

    /// <summary>Returns when the guest has agreed; its QEMU ends a moment later.</summary>
    public Task PowerOffAsync(CancellationToken cancellationToken) => AskAsync("poweroff", ShortLimit, cancellationToken);

    /// <summary>Returns when the guest has agreed; its kernel panics a moment later.</summary>
    public Task PanicAsync(CancellationToken cancellationToken) => AskAsync("panic", ShortLimit, cancellationToken);

    public ValueTask DisposeAsync()
    {
        Disconnect();
        turn.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<string> ExchangeAsync(string command, string? id, CancellationToken cancellationToken)
    {
        socket ??= await ConnectAsync(cancellationToken);
        id ??= $"{idPrefix}{++asked}";
        // The empty line ends what a question that was cut short may have left in the guest's input.
        await socket.SendAsync(Encoding.ASCII.GetBytes($"\n{id} {command}\n"), cancellationToken);
        while (true)
        {
            var reply = (await ReadLineAsync(socket, cancellationToken)).Split(' ', 3);
            if (reply is [var ok, "ok", ..] && ok == id)
                return reply.Length > 2 ? reply[2] : "";
            if (reply is [var error, "error", ..] && error == id)
                throw new GuestRefusedException(command, reply.Length > 2 ? reply[2] : "it gave no reason");
        }
    }

    private async Task<Socket> ConnectAsync(CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(socketPath), cancellationToken);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task<string> ReadLineAsync(Socket socket, CancellationToken cancellationToken)
    {
        while (true)
        {
            while (taken < received)
            {
                var letter = (char)buffer[taken++];
                if (letter != '\n')
                {
                    line.Append(letter);
                    continue;
                }

                var whole = line.ToString().TrimEnd('\r');
                line.Clear();
                return whole;
            }

            taken = 0;
            received = 0;
            received = await socket.ReceiveAsync(buffer, cancellationToken);
            if (received == 0)
                throw new SocketException((int)SocketError.ConnectionReset);
        }
    }

    private void Disconnect()
    {
        socket?.Dispose();
        socket = null;
        line.Clear();
        taken = 0;
        received = 0;
    }
}
