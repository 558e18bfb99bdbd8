using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Snaptree.Drivers.Qemu;

/// <summary>
/// A conversation with QEMU's guest agent: commands and answers are lines of JSON. The agent does not know one client from another, so a
/// conversation begins with a number that only we know (<c>guest-sync-delimited</c>); what comes before it is for somebody else.
/// </summary>
internal sealed class AgentClient : IDisposable
{
    private readonly Socket socket;
    private readonly AgentLines lines;
    private readonly TimeProvider time;

    private AgentClient(Socket socket, TimeProvider time) => (this.socket, this.time, lines) = (socket, time, new AgentLines(socket));

    /// <summary>Connects and finds an agent that answers.</summary>
    /// <exception cref="AgentException">There is none, or it speaks another protocol.</exception>
    internal static async Task<AgentClient> ConnectAsync(string path, TimeSpan deadline, TimeProvider time, CancellationToken cancellationToken)
    {
        var client = new AgentClient(new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified), time);
        try
        {
            await client.BoundedAsync("connect", deadline, token => client.BeginAsync(path, token), cancellationToken);
            return client;
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    internal Task<AgentFreezeState> StatusAsync(TimeSpan deadline, CancellationToken cancellationToken) =>
        AskAsync("guest-fsfreeze-status", deadline, State, cancellationToken);

    /// <returns>How many file systems were frozen.</returns>
    internal Task<int> FreezeAsync(TimeSpan deadline, CancellationToken cancellationToken) =>
        AskAsync("guest-fsfreeze-freeze", deadline, Count, cancellationToken);

    /// <returns>How many file systems were thawed.</returns>
    internal Task<int> ThawAsync(TimeSpan deadline, CancellationToken cancellationToken) =>
        AskAsync("guest-fsfreeze-thaw", deadline, Count, cancellationToken);

    public void Dispose() => socket.Dispose();

    private static int? Count(JsonElement answer) =>
        answer.ValueKind == JsonValueKind.Number && answer.TryGetInt32(out var count) && count >= 0 ? count : null;

    private static AgentFreezeState? State(JsonElement answer) =>
        answer.ValueKind != JsonValueKind.String ? null
        : answer.ValueEquals("thawed") ? AgentFreezeState.Thawed
        : answer.ValueEquals("frozen") ? AgentFreezeState.Frozen
        : null;

    private async Task<bool> BeginAsync(string path, CancellationToken cancellationToken)
    {
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
        var id = RandomNumberGenerator.GetInt32(int.MaxValue);
        var question = Encoding.ASCII.GetBytes($$$"""{"execute":"guest-sync-delimited","arguments":{"id":{{{id}}}}}""" + "\n");
        await SendAsync((byte[])[AgentLines.Sentinel, .. question], cancellationToken);
        do
        {
            await lines.SkipToSentinelAsync(cancellationToken);
        }
        while (Parse(await lines.ReadAsync(cancellationToken)) is not { } answer || !IsReturn(answer, out var value) || Count(value) != id);
        return true;
    }

    private Task<T> AskAsync<T>(string command, TimeSpan deadline, Func<JsonElement, T?> read, CancellationToken cancellationToken)
        where T : struct =>
        BoundedAsync(
            command, deadline,
            async token =>
            {
                await SendAsync(Encoding.ASCII.GetBytes($$"""{"execute":"{{command}}"}""" + "\n"), token);
                var line = await lines.ReadAsync(token);
                return Parse(line) is { } answer
                    ? (IsReturn(answer, out var value) ? read(value) : throw Refusal(command, answer)) ?? throw Nonsense(command, line)
                    : throw Nonsense(command, line);
            },
            cancellationToken);

    /// <summary>What does not arrive in time does not arrive; a socket that is not there or closes is silence too.</summary>
    private async Task<T> BoundedAsync<T>(string action, TimeSpan deadline, Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(deadline, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await work(either.Token);
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw new AgentSilentException($"no answer came within {deadline.TotalSeconds:0.##} s ({action})", error);
        }
        catch (SocketException error)
        {
            throw new AgentSilentException($"nobody is at the other end ({action}): {error.Message}", error);
        }
    }

    private async Task SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await socket.SendAsync(bytes, SocketFlags.None, cancellationToken)..];
        }
    }

    private static JsonElement? Parse(byte[] line)
    {
        try
        {
            return JsonElement.Parse(line) is { ValueKind: JsonValueKind.Object } answer ? answer : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static bool IsReturn(JsonElement answer, out JsonElement value) => answer.TryGetProperty("return", out value);

    private static AgentRefusedException Refusal(string command, JsonElement answer)
    {
        var error = answer.TryGetProperty("error", out var said) && said.ValueKind == JsonValueKind.Object ? said : default;
        return new AgentRefusedException(
            $"the agent refused {command}: {Text(error, "desc") ?? "it does not say why"}", Text(error, "class") ?? AgentRefusedException.Nonsense,
            AgentLines.Shown(Encoding.UTF8.GetBytes(answer.GetRawText())));
    }

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? AgentLines.Shown(Encoding.UTF8.GetBytes(value.GetString()!))
            : null;

    private static AgentRefusedException Nonsense(string command, byte[] line) =>
        new($"the agent's answer to {command} makes no sense", AgentRefusedException.Nonsense, AgentLines.Shown(line));
}

/// <summary>What the agent says of the guest's file systems (<c>GuestFsfreezeStatus</c>).</summary>
internal enum AgentFreezeState
{
    Thawed,
    Frozen,
}
