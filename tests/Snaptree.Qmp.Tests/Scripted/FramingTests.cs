using System.Text;
using Snaptree.TestKit;

namespace Snaptree.Qmp.Tests.Scripted;

public sealed class FramingTests
{
    private const int Limit = 60_000;

    private readonly StateLog _states = new();

    [Fact(Timeout = Limit)]
    public async Task Everything_byte_by_byte_is_understood()
    {
        await using var server = ScriptedQmpServer.Start(async peer =>
        {
            await SlowlyAsync(peer, ScriptedQmpPeer.Greeting + "\r\n");
            await SlowlyAsync(peer, Reply(await peer.HearAsync("qmp_capabilities"), "{}"));
            await SlowlyAsync(peer, Reply(await peer.HearAsync("query-name"), "{\"name\": \"früh-雪-😀\"}"));
            await peer.WaitForCloseAsync();
        });
        await using var client = await QmpClient.ConnectAsync(server.SocketPath, _states.Options());
        var name = (await client.ExecuteAsync("query-name")).GetProperty("name").GetString();
        Assert.Equal("früh-雪-😀", name);

        static async Task SlowlyAsync(ScriptedQmpPeer peer, string text)
        {
            foreach (var value in Encoding.UTF8.GetBytes(text)) await peer.SendAsync(new[] { value });
        }
    }

    [Fact(Timeout = Limit)]
    public async Task A_reply_split_at_every_position_is_understood()
    {
        const string Value = "{\"text\": \"ü}{\\\\n\\\"\"}";
        var length = Encoding.UTF8.GetByteCount(Reply(10, Value));
        await using var server = ScriptedQmpServer.Start(async peer =>
        {
            await peer.OpenAsync();
            for (var cut = 1; cut < length; cut++)
            {
                var bytes = Encoding.UTF8.GetBytes(Reply(await peer.HearAsync("split"), Value));
                await peer.SendAsync(bytes.AsMemory(0, cut));
                // A second command proves that the client has the first part alone in its hands.
                var probe = await peer.HearAsync("probe");
                await peer.SendAsync(bytes.AsMemory(cut));
                await peer.ReturnAsync(probe);
            }

            await peer.WaitForCloseAsync();
        });
        await using var client = await QmpClient.ConnectAsync(server.SocketPath, _states.Options());
        for (var cut = 1; cut < length; cut++)
        {
            var split = client.ExecuteAsync("split");
            await client.ExecuteAsync("probe");
            Assert.Equal("ü}{\\n\"", (await split).GetProperty("text").GetString());
        }
    }

    [Fact(Timeout = Limit)]
    public async Task Several_messages_and_blank_lines_in_one_packet_are_told_apart()
    {
        await using var server = ScriptedQmpServer.Start(async peer =>
        {
            await peer.OpenAsync();
            var one = await peer.HearAsync("one");
            var two = await peer.HearAsync("two");
            await peer.SendAsync(Encoding.UTF8.GetBytes(
                "\r\n" + Reply(two, "2") + "\n \t\r\n{\"timestamp\": {\"seconds\": 5, \"microseconds\": 6}, \"event\": \"STOP\"}\n" + Reply(one, "1")));
            await peer.WaitForCloseAsync();
        });
        await using var client = await QmpClient.ConnectAsync(server.SocketPath, _states.Options());
        using var listener = client.Subscribe();
        var one = client.ExecuteAsync("one");
        var two = client.ExecuteAsync("two");
        Assert.Equal((1, 2), ((await one).GetInt32(), (await two).GetInt32()));
        Assert.Equal("STOP", (await listener.NextAsync(TimeSpan.FromSeconds(10))).Name);
    }

    [Fact(Timeout = Limit)]
    public async Task A_close_inside_a_reply_is_a_connection_error_that_shows_the_part()
    {
        await using var server = ScriptedQmpServer.Start(async peer =>
        {
            await peer.OpenAsync();
            await peer.HearAsync("query-status");
            await peer.SendAsync("{\"return\": {\"sta"u8.ToArray());
        });
        await using var client = await QmpClient.ConnectAsync(server.SocketPath, _states.Options());
        var error = await Assert.ThrowsAsync<QmpConnectionException>(() => client.ExecuteAsync("query-status"));
        Assert.Contains("{\"return\": {\"sta", error.Message);
        Assert.Equal([.. StateLog.ToRunning, QmpState.Faulted], _states.Seen);
    }

    [Fact(Timeout = Limit)]
    public async Task Garbage_bytes_are_a_protocol_error_with_a_printable_excerpt()
    {
        var error = await FailureOfAsync([0x00, 0xff, 0x1b, (byte)'[', (byte)'m', (byte)'\n']);
        Assert.Equal("\\x00\\xff\\x1b[m", error.RawExcerpt);
    }

    [Fact(Timeout = Limit)]
    public async Task Invalid_utf8_inside_a_string_is_a_protocol_error()
    {
        var error = await FailureOfAsync([.. "{\"return\": \""u8, 0xc3, 0x28, .. "\", \"id\": 2}\r\n"u8]);
        Assert.Contains("UTF-8", error.Message);
    }

    [Fact(Timeout = Limit)]
    public async Task Nesting_as_deep_as_qemu_itself_allows_is_read_and_deeper_is_a_protocol_error()
    {
        var deep = new string('[', 1000) + new string(']', 1000);
        await using var server = ScriptedQmpServer.Start(async peer =>
        {
            await peer.OpenAsync();
            await peer.ReturnAsync(await peer.HearAsync("deep"), deep);
            await peer.WaitForCloseAsync();
        });
        await using var client = await QmpClient.ConnectAsync(server.SocketPath, _states.Options());
        Assert.Equal(deep, (await client.ExecuteAsync("deep")).GetRawText());

        var tooDeep = new string('[', 100_000) + new string(']', 100_000);
        var error = await FailureOfAsync(Encoding.UTF8.GetBytes($"{{\"return\": {tooDeep}, \"id\": 2}}\r\n"));
        Assert.IsAssignableFrom<System.Text.Json.JsonException>(error.InnerException!.InnerException);
        Assert.True(error.RawExcerpt.Length < 600);
    }

    [Theory(Timeout = Limit)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_line_over_the_limit_is_a_protocol_error_whether_it_ends_or_not(bool ends)
    {
        var line = new byte[200_001];
        line.AsSpan().Fill((byte)' ');
        if (ends) line[^1] = (byte)'\n';
        var error = await FailureOfAsync(line, maximumBytes: 199_999);
        Assert.Contains("199999", error.Message);
    }

    [Fact(Timeout = Limit)]
    public async Task A_reply_exactly_at_the_limit_is_read()
    {
        const int Maximum = 3_000_000;
        var frame = Reply(2, "\"\"").Length - 1; // The LF does not count.
        await using var server = ScriptedQmpServer.Start(async peer =>
        {
            await peer.OpenAsync();
            await peer.ReturnAsync(await peer.HearAsync("large"), '"' + new string('x', Maximum - frame) + '"');
            await peer.ReturnAsync(await peer.HearAsync("small"), "1");
            await peer.WaitForCloseAsync();
        });
        await using var client = await QmpClient.ConnectAsync(server.SocketPath, _states.Options() with { MaximumMessageBytes = Maximum });
        Assert.Equal(Maximum - frame, (await client.ExecuteAsync("large")).GetString()!.Length);
        Assert.Equal(1, (await client.ExecuteAsync("small")).GetInt32());
    }

    private static string Reply(long id, string value) => $$"""{"return": {{value}}, "id": {{id}}}""" + "\r\n";

    /// <summary>The error of a command that is answered with these bytes.</summary>
    private static async Task<QmpProtocolException> FailureOfAsync(byte[] answer, int maximumBytes = 64 * 1024 * 1024)
    {
        var states = new StateLog();
        await using var server = ScriptedQmpServer.Start(async peer =>
        {
            await peer.OpenAsync();
            await peer.HearAsync("query-status");
            await peer.SendAsync(answer);
            await peer.WaitForCloseAsync();
        });
        await using var client = await QmpClient.ConnectAsync(server.SocketPath, states.Options() with { MaximumMessageBytes = maximumBytes });
        var error = await Assert.ThrowsAsync<QmpProtocolException>(() => client.ExecuteAsync("query-status"));
        Assert.Equal([.. StateLog.ToRunning, QmpState.Faulted], states.Seen);
        return error;
    }
}
