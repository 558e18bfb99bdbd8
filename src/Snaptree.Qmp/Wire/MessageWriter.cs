using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;

namespace Snaptree.Qmp.Wire;

/// <summary>
/// Writes commands one after the other. A command whose writing has begun is finished even when its caller goes away: half a
/// command would make garbage of the next one. When it cannot be finished in time, the connection is ended.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The semaphore's wait handle is never made, so it holds nothing; disposing it would only race with writers that are failing.")]
internal sealed class MessageWriter(Socket socket, Action<QmpException> fault)
{
    private static readonly ReadOnlyMemory<byte> BlankLine = "\n"u8.ToArray();

    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>Returns when the whole command was handed to the system.</summary>
    /// <exception cref="OperationCanceledException">The caller cancelled, or the deadline passed before it was this command's turn.</exception>
    /// <exception cref="QmpTimeoutException">The server stopped reading: the deadline passed inside the command, and the connection is ended.</exception>
    /// <exception cref="QmpConnectionException">The server is gone.</exception>
    public async Task WriteAsync(OutgoingMessage message, Deadline deadline)
    {
        // When the connection ends, the writer whose turn it is fails at once and so does, in turn, everybody who waits here.
        await _turn.WaitAsync(deadline.Token);
        message.IsStarted = true;
        var failure = await FinishAsync(message, deadline).WaitAsync(deadline.Caller);
        if (failure is not null) throw failure;
    }

    /// <summary>Returns its failure instead of throwing it, because the caller may no longer be there to see it.</summary>
    private async Task<QmpException?> FinishAsync(OutgoingMessage message, Deadline deadline)
    {
        using var limit = deadline.StartRest();
        try
        {
            await SendAsync(message, limit.Token);
            return null;
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            var late = deadline.Timeout(message.Command, "the server did not take the whole command");
            fault(late);
            return late;
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException or IOException)
        {
            StopAfterLastReplies();
            return new QmpConnectionException($"'{message.Command}' could not be sent: {error.Message}. Is the QEMU process still alive?", error);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>
    /// The server takes no more commands, but replies to earlier ones may lie in our receive buffer. Shutting down, unlike
    /// closing, lets the reader drain them, find the end and end the connection.
    /// </summary>
    private void StopAfterLastReplies()
    {
        try
        {
            socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // Not connected or closed already: the reader knows.
        }
    }

    private async Task SendAsync(OutgoingMessage message, CancellationToken limit)
    {
        var rest = message.Bytes;
        if (message.Descriptor is { } descriptor)
        {
            int sent;
            while ((sent = DescriptorSender.TrySend(socket.SafeHandle, rest.Span, descriptor)) == DescriptorSender.WouldBlock)
            {
                // The buffer is full and sendmsg cannot wait here. Sending a byte can; a blank line between two commands means nothing.
                await socket.SendAsync(BlankLine, SocketFlags.None, limit);
            }

            rest = rest[sent..];
        }

        while (!rest.IsEmpty) rest = rest[await socket.SendAsync(rest, SocketFlags.None, limit)..];
    }
}
