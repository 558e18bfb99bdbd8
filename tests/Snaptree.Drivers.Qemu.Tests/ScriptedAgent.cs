using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Snaptree.Drivers.Qemu.Tests;

/// <summary>An agent that does exactly what a test's scripts say, one script for each client in turn, on a real unix socket.</summary>
internal sealed class ScriptedAgent : IAsyncDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("qga");
    private readonly Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly CancellationTokenSource limit = new(TimeSpan.FromSeconds(60));
    private readonly Task scripts;

    public ScriptedAgent(params Func<ScriptedAgentPeer, Task>[] script)
    {
        listener.Bind(new UnixDomainSocketEndPoint(SocketPath));
        listener.Listen();
        scripts = RunAsync(script);
    }

    public string SocketPath => $"{folder.FullName}/agent";

    public string Mark => $"{SocketPath}.frozen";

    public CancellationToken Token => limit.Token;

    /// <summary>Waits for the scripts to end.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await scripts;
        }
        finally
        {
            listener.Dispose();
            limit.Dispose();
            folder.Delete(recursive: true);
        }
    }

    private async Task RunAsync(Func<ScriptedAgentPeer, Task>[] script)
    {
        foreach (var one in script)
        {
            using var client = await listener.AcceptAsync(limit.Token);
            await one(new ScriptedAgentPeer(client, limit.Token));
        }
    }
}

/// <summary>The script's hands.</summary>
internal sealed class ScriptedAgentPeer(Socket client, CancellationToken limit)
{
    private readonly List<byte> unread = [];

    /// <summary>Answers the beginning of a conversation as the real agent does: the sentinel is a syntax error, the number comes back after one.</summary>
    public async Task SyncAsync()
    {
        var id = await HearSyncAsync();
        await SayAsync("""{"error": {"class": "GenericError", "desc": "JSON parse error, stray '\\uFFFD'"}}""" + "\n");
        await SaySyncAsync(id);
    }

    public async Task<long> HearSyncAsync() => (await HearAsync("guest-sync-delimited")).GetProperty("arguments").GetProperty("id").GetInt64();

    public async Task SaySyncAsync(long id)
    {
        await SendAsync((byte[])[0xFF]);
        await SayAsync($$"""{"return": {{id}}}""" + "\n");
    }

    public async Task AnswerAsync(string command, string answer)
    {
        await HearAsync(command);
        await SayAsync(answer + "\n");
    }

    /// <summary>The next command, after making sure of its name.</summary>
    public async Task<JsonElement> HearAsync(string command)
    {
        var chunk = new byte[4096];
        int end;
        while ((end = unread.IndexOf((byte)'\n')) < 0)
        {
            var count = await client.ReceiveAsync(chunk, SocketFlags.None, limit);
            Assert.True(count > 0, $"the client closed instead of sending '{command}'");
            unread.AddRange(chunk.AsSpan(0, count));
        }

        var line = unread.Take(end).SkipWhile(value => value == 0xFF).ToArray();
        unread.RemoveRange(0, end + 1);
        var heard = JsonElement.Parse(line);
        Assert.Equal(command, heard.GetProperty("execute").GetString());
        return heard;
    }

    public Task SayAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text));

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            while (!bytes.IsEmpty)
            {
                bytes = bytes[await client.SendAsync(bytes, SocketFlags.None, limit)..];
            }
        }
        catch (SocketException error) when (error.SocketErrorCode is SocketError.Shutdown or SocketError.ConnectionReset)
        {
            // The client refused what came; its own errors tell why.
        }
    }

    public async Task WaitForCloseAsync()
    {
        var chunk = new byte[4096];
        try
        {
            while (await client.ReceiveAsync(chunk, SocketFlags.None, limit) > 0)
            {
            }
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.ConnectionReset)
        {
            // A client may close with answers unread.
        }
    }
}
