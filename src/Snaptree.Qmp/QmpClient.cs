using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Snaptree.Qmp.Calls;
using Snaptree.Qmp.Wire;

namespace Snaptree.Qmp;

/// <summary>
/// One connection to a QEMU machine protocol server. All members may be used by several callers at once. One task reads;
/// commands are written one after the other and answered in any order. When the connection ends, whoever waits is answered at
/// once. There is no reconnecting inside: a new connection is a new client.
/// </summary>
public sealed class QmpClient : IAsyncDisposable
{
    private readonly QmpClientOptions _options;
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly StateTrack _state;
    private readonly CallTable _calls = new();
    private readonly ListenerTable _listeners;
    private readonly MessageParser _parser;
    private readonly LineReader _lines;
    private readonly MessageWriter _writer;
    private readonly SemaphoreSlim _descriptorTurn = new(1, 1);
    private readonly TaskCompletionSource<QmpException> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _reading = Task.CompletedTask;

    private QmpClient(QmpClientOptions options)
    {
        _options = options;
        _state = new StateTrack(options.StateObserver);
        _listeners = new ListenerTable(options.EventBufferCapacity, options.TimeProvider);
        _parser = new MessageParser(options.TimeProvider);
        _lines = new LineReader(_socket, options.MaximumMessageBytes);
        _writer = new MessageWriter(_socket, Fault);
    }

    /// <summary>Where the connection is in its life.</summary>
    public QmpState State => _state.Current;

    /// <summary>What the server said about itself.</summary>
    public QmpGreeting Greeting { get; private set; } = new(default, "", []);

    /// <summary>Completes when the connection has ended, with the reason, also when we closed it ourselves. Never fails, never is cancelled.</summary>
    public Task<QmpException> Ended => _ended.Task;

    /// <summary>Connects, reads the greeting and negotiates. The client returned is in <see cref="QmpState.Running"/>.</summary>
    /// <param name="socketPath">A unix stream socket on which a QMP server listens.</param>
    /// <param name="options">Limits and clock.</param>
    /// <param name="ct">Gives up connecting; a client once returned is no longer bound to it.</param>
    /// <exception cref="QmpConnectionException">Nobody listens there, or the server closed early.</exception>
    /// <exception cref="QmpTimeoutException">The server did not greet or negotiate within <see cref="QmpClientOptions.ConnectDeadline"/>.</exception>
    /// <exception cref="QmpProtocolException">Whoever listens there does not speak QMP.</exception>
    /// <exception cref="QmpCommandException">The server refused to negotiate.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled. As after every failure, nothing stays open.</exception>
    public static async Task<QmpClient> ConnectAsync(string socketPath, QmpClientOptions options, CancellationToken ct = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(socketPath);
        ArgumentNullException.ThrowIfNull(options);
        QmpClientOptions.Validate(options);
        ct.ThrowIfCancellationRequested();

        using var deadline = new Deadline(options.TimeProvider, options.ConnectDeadline, ct);
        var client = new QmpClient(options);
        try
        {
            await client.OpenAsync(socketPath, deadline);
            return client;
        }
        catch (QmpException error)
        {
            client.Fault(error);
            await client.DisposeAsync();
            throw;
        }
        catch
        {
            await client.DisposeAsync();
            throw;
        }
    }

    /// <summary>Executes a command and gives its return value.</summary>
    /// <param name="command">The command's name.</param>
    /// <param name="arguments">Read before this method first yields; the caller may change it afterwards.</param>
    /// <param name="deadline">From now to the reply; <see cref="QmpClientOptions.CommandDeadline"/> when null.</param>
    /// <param name="ct">
    /// Stops waiting. A command whose writing has begun is still sent whole and may take effect; its reply is discarded.
    /// </param>
    /// <exception cref="QmpCommandException">The server refused.</exception>
    /// <exception cref="QmpTimeoutException">No reply in time.</exception>
    /// <exception cref="QmpConnectionException">The connection ended before the reply came, or had ended before the call.</exception>
    /// <exception cref="QmpProtocolException">As above, and the end was caused by bad data.</exception>
    public async Task<JsonElement> ExecuteAsync(
        string command, JsonObject? arguments = null, TimeSpan? deadline = null, CancellationToken ct = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(command);
        ct.ThrowIfCancellationRequested();
        using var limit = new Deadline(_options.TimeProvider, deadline ?? _options.CommandDeadline, ct);
        return await CallAsync(command, arguments, descriptor: null, limit);
    }

    /// <summary>
    /// Executes a command that takes a file descriptor, such as <c>getfd</c> or <c>add-fd</c>, and sends the descriptor with it.
    /// QEMU gets a duplicate; the caller keeps its own and may close it when this returns. Otherwise as <see cref="ExecuteAsync"/>.
    /// </summary>
    public async Task<JsonElement> ExecuteWithFileDescriptorAsync(
        string command, JsonObject? arguments, SafeHandle handle, TimeSpan? deadline = null, CancellationToken ct = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(command);
        ArgumentNullException.ThrowIfNull(handle);
        if (handle.IsInvalid || handle.IsClosed) throw new ArgumentException("The handle is not open.", nameof(handle));
        ct.ThrowIfCancellationRequested();
        using var limit = new Deadline(_options.TimeProvider, deadline ?? _options.CommandDeadline, ct);
        return await CallInTurnAsync(command, arguments, handle, limit);
    }

    /// <summary>Gives QEMU a duplicate of an open file under a name (<c>getfd</c>), for commands that take <c>fd:NAME</c>. An older one of that name is closed.</summary>
    public Task SendFileDescriptorAsync(string name, SafeHandle handle, TimeSpan? deadline = null, CancellationToken ct = default) =>
        ExecuteWithFileDescriptorAsync("getfd", new JsonObject { ["fdname"] = name }, handle, deadline, ct);

    /// <summary>Makes QEMU close a file descriptor sent before (<c>closefd</c>). Only needed when no command has used it up.</summary>
    public Task CloseFileDescriptorAsync(string name, TimeSpan? deadline = null, CancellationToken ct = default) =>
        ExecuteAsync("closefd", new JsonObject { ["fdname"] = name }, deadline, ct);

    /// <summary>Begins to collect events. Subscribe before sending the command whose events matter.</summary>
    /// <param name="filter">
    /// Which events to keep; all when null. Runs on the reader: must be quick. If it throws, the listener ends with that error.
    /// </param>
    public QmpEventListener Subscribe(Func<QmpEvent, bool>? filter = null) => _listeners.Add(filter);

    /// <summary>Closes the connection; QEMU goes on. Whoever waits gets a <see cref="QmpConnectionException"/>. May be called again.</summary>
    public async ValueTask DisposeAsync()
    {
        var mine = _state.TryMove(QmpState.Closing);
        var cause = new QmpConnectionException("The connection was closed by its owner.");
        if (mine) Answer(cause);
        _socket.Dispose();
        await _reading;
        if (!mine) return;
        _state.TryMove(QmpState.Closed);
        _ended.TrySetResult(cause);
    }

    private async Task OpenAsync(string socketPath, Deadline deadline)
    {
        var step = "connect";
        try
        {
            _state.TryMove(QmpState.Connecting);
            await _socket.ConnectAsync(new UnixDomainSocketEndPoint(socketPath), deadline.Token);
            _state.TryMove(QmpState.Greeting);
            step = "greeting";
            Greeting = await ReadGreetingAsync(deadline.Token);
        }
        catch (OperationCanceledException) when (deadline.Token.IsCancellationRequested)
        {
            throw deadline.Explain(step, step == "connect" ? "the connection was not accepted" : "no greeting came");
        }
        catch (Exception error) when (error is SocketException or ArgumentOutOfRangeException)
        {
            // Out of range: the path is longer than the system's limit for socket addresses.
            throw new QmpConnectionException(
                $"Cannot {step} at '{socketPath}': {error.Message}. Is QEMU running, and does it serve QMP on this path?", error);
        }

        _state.TryMove(QmpState.Negotiating);
        // On a thread of its own: a server that floods us from the start must not keep us from negotiating.
        _reading = Task.Run(ReadAsync, CancellationToken.None);
        await CallAsync("qmp_capabilities", arguments: null, descriptor: null, deadline);
        if (!_state.TryMove(QmpState.Running)) throw (await _ended.Task).Interrupting("Negotiating");
    }

    /// <summary>
    /// A QEMU that is just starting may send events (RESUME, most often) to a connection before it greets it. They are dropped
    /// like every event before a subscription.
    /// </summary>
    private async Task<QmpGreeting> ReadGreetingAsync(CancellationToken ct)
    {
        while (await _lines.ReadAsync(ct) is { } line)
        {
            if (!IsBlank(line) && MessageParser.ParseOpening(line) is { } greeting) return greeting;
        }

        throw new QmpConnectionException("The server closed the connection before greeting. Is the QEMU process still alive?");
    }

    /// <summary>
    /// QEMU keeps received descriptors apart from commands and a newer one replaces the older, so the next must not be sent
    /// before the last one's command was executed.
    /// </summary>
    private async Task<JsonElement> CallInTurnAsync(string command, JsonObject? arguments, SafeHandle handle, Deadline deadline)
    {
        try
        {
            await _descriptorTurn.WaitAsync(deadline.Token);
        }
        catch (OperationCanceledException) when (deadline.Token.IsCancellationRequested)
        {
            throw deadline.Explain(command, "an earlier file descriptor was not taken");
        }

        try
        {
            return await CallAsync(command, arguments, handle, deadline);
        }
        finally
        {
            _descriptorTurn.Release();
        }
    }

    private async Task<JsonElement> CallAsync(string command, JsonObject? arguments, SafeHandle? descriptor, Deadline deadline)
    {
        var call = _calls.Open(command);
        OutgoingMessage? message = null;
        try
        {
            message = OutgoingMessage.Encode(call.Id, command, arguments, descriptor);
            await _writer.WriteAsync(message, deadline);
            return await call.Reply.WaitAsync(deadline.Token);
        }
        catch (QmpConnectionException) when (call.Reply.IsFaulted)
        {
            // The write failed because the connection had ended; why it ended says more.
            return await call.Reply;
        }
        catch (OperationCanceledException) when (deadline.Token.IsCancellationRequested)
        {
            throw deadline.Explain(command, message is { IsStarted: true } ? "no reply came" : "earlier commands kept the connection busy");
        }
        finally
        {
            if (message is { IsStarted: true }) _calls.Abandon(call);
            else _calls.Withdraw(call);
        }
    }

    /// <summary>Runs until the connection ends, and ends it for everybody: nobody is left waiting for a reader that is gone.</summary>
    private async Task ReadAsync()
    {
        try
        {
            while (await _lines.ReadAsync(CancellationToken.None) is { } line)
            {
                if (!IsBlank(line)) Dispatch(line);
            }

            Fault(new QmpConnectionException("The server closed the connection. Is the QEMU process still alive?"));
        }
        catch (QmpException error)
        {
            Fault(error);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            Fault(new QmpConnectionException($"The connection broke: {error.Message}. Is the QEMU process still alive?", error));
        }
        catch (Exception error)
        {
            Fault(new QmpConnectionException($"Reading stopped by an unexpected error: {error.Message}.", error));
            throw;
        }
    }

    private static bool IsBlank(ReadOnlyMemory<byte> line) => line.Span.Trim(" \t\r"u8).IsEmpty;

    private void Dispatch(ReadOnlyMemory<byte> line)
    {
        switch (_parser.Parse(line))
        {
            case QmpMessage.Happened happened:
                _listeners.Deliver(happened.Event);
                break;
            case QmpMessage.Returned returned:
                Take(returned.Id, line)?.Complete(returned.Value);
                break;
            case QmpMessage.Refused refused when Take(refused.Id, line) is { } call:
                call.Fail(new QmpCommandException(call.Command, refused.Class, refused.Description, refused.Raw));
                break;
        }
    }

    /// <summary>The call that an id belongs to; null when its caller has left.</summary>
    private PendingCall? Take(long id, ReadOnlyMemory<byte> line) =>
        _calls.TryTake(id, out var call) ? call : throw new QmpProtocolException($"A reply has the id {id}, which nobody waits for.", Excerpt.Of(line.Span));

    private void Fault(QmpException cause)
    {
        // The state first: whoever is answered must see it.
        if (!_state.TryMove(QmpState.Faulted)) return;
        Answer(cause);
        _socket.Dispose();
        _ended.TrySetResult(cause);
    }

    private void Answer(QmpException cause)
    {
        _calls.End(cause);
        _listeners.End(cause);
    }
}
