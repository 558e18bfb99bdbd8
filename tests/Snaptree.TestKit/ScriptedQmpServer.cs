using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Snaptree.TestKit;

/// <summary>
/// A far end that does exactly what a test's script says, well or badly, on a real unix socket. It serves one client. What the
/// script throws is thrown by <see cref="DisposeAsync"/>, so a script may hold assertions.
/// </summary>
public sealed class ScriptedQmpServer : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("qmp-");
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly CancellationTokenSource _limit;
    private readonly Task _script;

    private ScriptedQmpServer(Func<ScriptedQmpPeer, Task> script, TimeSpan limit)
    {
        SocketPath = Path.Combine(_folder.FullName, "qmp.sock");
        _limit = new CancellationTokenSource(limit);
        _listener.Bind(new UnixDomainSocketEndPoint(SocketPath));
        _listener.Listen();
        _script = RunAsync(script);
    }

    public string SocketPath { get; }

    /// <summary>Listens at once; the script runs when a client has connected, and the connection is closed when the script ends.</summary>
    public static ScriptedQmpServer Start(Func<ScriptedQmpPeer, Task> script) => new(script, TimeSpan.FromSeconds(30));

    /// <summary>Waits for the script to end.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await _script;
        }
        finally
        {
            _listener.Dispose();
            _limit.Dispose();
            _folder.Delete(recursive: true);
        }
    }

    private async Task RunAsync(Func<ScriptedQmpPeer, Task> script)
    {
        using var client = await _listener.AcceptAsync(_limit.Token);
        await script(new ScriptedQmpPeer(client, _limit.Token));
    }
}

/// <summary>The script's hands: what it can say to the client and hear from it. Every wait ends at the server's limit.</summary>
public sealed class ScriptedQmpPeer(Socket client, CancellationToken limit)
{
    public const string Greeting =
        """{"QMP": {"version": {"qemu": {"micro": 22, "minor": 2, "major": 7}, "package": "scripted"}, "capabilities": ["oob"]}}""";

    private readonly List<byte> _unread = [];

    /// <summary>Greets, and accepts the negotiation.</summary>
    public async Task OpenAsync()
    {
        await SayAsync(Greeting);
        await ReturnAsync(await HearAsync("qmp_capabilities"));
    }

    /// <summary>Sends a text and the line end of the protocol.</summary>
    public Task SayAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text + "\r\n"));

    /// <summary>Sends raw bytes. A client that closes meanwhile is no failure of the script.</summary>
    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            while (!bytes.IsEmpty) bytes = bytes[await client.SendAsync(bytes, SocketFlags.None, limit)..];
        }
        catch (SocketException error) when (error.SocketErrorCode is SocketError.Shutdown or SocketError.ConnectionReset)
        {
            // The client refused what came; its own errors tell why.
        }
    }

    /// <summary>The next command's id, after making sure of the command's name.</summary>
    public async Task<long> HearAsync(string command)
    {
        var heard = await HearAsync() ?? throw new InvalidOperationException($"The client closed instead of sending '{command}'.");
        var name = heard.GetProperty("execute").GetString();
        if (name != command) throw new InvalidOperationException($"The client sent '{name}' instead of '{command}'.");
        return heard.GetProperty("id").GetInt64();
    }

    /// <summary>The next command; null when the client closed. Blank lines are passed over, as servers do.</summary>
    public async Task<JsonElement?> HearAsync()
    {
        var chunk = new byte[64 * 1024];
        while (true)
        {
            if (TakeLine() is { } line) return JsonElement.Parse(line);
            var count = await ReceiveAsync(chunk);
            if (count == 0) return null;
            _unread.AddRange(chunk.AsSpan(0, count));
        }
    }

    public Task ReturnAsync(long id, string value = "{}") => SayAsync($$"""{"return": {{value}}, "id": {{id}}}""");

    public Task RefuseAsync(long id, string errorClass, string description) =>
        SayAsync($$$"""{"id": {{{id}}}, "error": {"class": "{{{errorClass}}}", "desc": "{{{description}}}"}}""");

    /// <summary>Reads until the client has closed, and does not mind how it closed.</summary>
    public async Task WaitForCloseAsync()
    {
        var chunk = new byte[64 * 1024];
        while (await ReceiveAsync(chunk) > 0)
        {
        }
    }

    private async Task<int> ReceiveAsync(byte[] chunk)
    {
        try
        {
            return await client.ReceiveAsync(chunk, SocketFlags.None, limit);
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.ConnectionReset)
        {
            return 0;
        }
    }

    private byte[]? TakeLine()
    {
        while (true)
        {
            var end = _unread.IndexOf((byte)'\n');
            if (end < 0) return null;
            var line = _unread.GetRange(0, end).ToArray();
            _unread.RemoveRange(0, end + 1);
            if (line.Any(static value => value > ' ')) return line;
        }
    }
}
