using System.Text.Json.Nodes;
using Snaptree.TestKit;

namespace Snaptree.Qmp.Tests.Scripted;

public sealed class CommandTests
{
    private const int Limit = 30_000;

    private readonly StateLog _states = new();

    [Fact(Timeout = Limit)]
    public async Task Replies_in_any_order_reach_the_callers_they_belong_to()
    {
        await using var server = ScriptedQmpServer.Start(async peer =>
        {
            await peer.OpenAsync();
            var first = await peer.HearAsync("first");
            var second = await peer.HearAsync("second");
            var third = await peer.HearAsync("third");
            await peer.ReturnAsync(third, "3");
            await peer.SayAsync("""{"timestamp": {"seconds": 1, "microseconds": 2}, "event": "STOP"}""");
            await peer.ReturnAsync(first, "1");
            await peer.ReturnAsync(second, "2");
            await peer.WaitForCloseAsync();
        });
        await using var client = await QmpClient.ConnectAsync(server.SocketPath, _states.Options());
        var replies = await Task.WhenAll(client.ExecuteAsync("first"), client.ExecuteAsync("second"), client.ExecuteAsync("third"));
        Assert.Equal([1, 2, 3], replies.Select(static reply => reply.GetInt32()));
    }

    [Fact(Timeout = Limit)]
    public async Task Many_callers_at_once_each_get_their_own_reply()
    {
        const int Callers = 200;
        await using var server = ScriptedQmpServer.Start(async peer =>
        {
            await peer.OpenAsync();
            for (var i = 0; i < Callers; i++)
            {
                var heard = (await peer.HearAsync())!.Value;
                await peer.ReturnAsync(heard.GetProperty("id").GetInt64(), heard.GetProperty("arguments").GetProperty("n").GetRawText());
            }

            await peer.WaitForCloseAsync();
        });
        await using var client = await QmpClient.ConnectAsync(server.SocketPath, _states.Options());
        var padding = new string('x', 20_000);
        await Parallel.ForAsync(0, Callers, async (n, ct) =>
        {
            var reply = await client.ExecuteAsync("echo", new JsonObject { ["n"] = n, ["padding"] = padding }, ct: ct);
            Assert.Equal(n, reply.GetInt32());
        });
    }

    [Fact(Timeout = Limit)]
    public async Task A_late_reply_is_discarded_and_the_next_command_works()
    {
        var clock = new FakeTimeProvider();
        var heard = new TaskCompletionSource();
        await using var server = ScriptedQmpServer.Start(async peer =>
        {
            await peer.OpenAsync();
            var slow = await peer.HearAsync("slow");
            heard.SetResult();
            var next = await peer.HearAsync("next");
            await peer.ReturnAsync(slow, "\"late\"");
            await peer.ReturnAsync(next, "\"mine\"");
            await peer.WaitForCloseAsync();
        });
        await using var client = await QmpClient.ConnectAsync(server.SocketPath, _states.Options(clock));
        var slow = client.ExecuteAsync("slow", deadline: TimeSpan.FromSeconds(7));
        await heard.Task;
        clock.Advance(TimeSpan.FromSeconds(7));
        var error = await Assert.ThrowsAsync<QmpTimeoutException>(() => slow);
        Assert.Equal(("slow", TimeSpan.FromSeconds(7)), (error.Command, error.Deadline));

        Assert.Equal("mine", (await client.ExecuteAsync("next")).GetString());
        Assert.Equal(StateLog.ToRunning, _states.Seen);
        Assert.Equal(0, clock.ArmedTimers);
    }

    [Fact(Timeout = Limit)]
    public async Task A_cancelled_command_stays_a_cancellation_and_its_reply_is_discarded()
    {
        using var stop = new CancellationTokenSource();
        await using var server = ScriptedQmpServer.Start(async peer =>
        {
            await peer.OpenAsync();
            var dropped = await peer.HearAsync("dropped");
            await stop.CancelAsync();
            var next = await peer.HearAsync("next");
            await peer.RefuseAsync(dropped, "GenericError", "too late");
            await peer.ReturnAsync(next, "\"mine\"");
            await peer.WaitForCloseAsync();
        });
        await using var client = await QmpClient.ConnectAsync(server.SocketPath, _states.Options());
        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.ExecuteAsync("dropped", ct: stop.Token));
        Assert.Equal(stop.Token, error.CancellationToken);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.ExecuteAsync("never-sent", ct: stop.Token));
        Assert.Equal("mine", (await client.ExecuteAsync("next")).GetString());
    }

    [Fact(Timeout = Limit)]
    public async Task A_refusal_keeps_class_text_and_raw_reply()
    {
        await using var server = ScriptedQmpServer.Start(async peer =>
        {
            await peer.OpenAsync();
            var id = await peer.HearAsync("eject");
            await peer.RefuseAsync(id, "DeviceNotFound", "Device 'cd' not found");
            await peer.WaitForCloseAsync();
        });
        await using var client = await QmpClient.ConnectAsync(server.SocketPath, _states.Options());
        var error = await Assert.ThrowsAsync<QmpCommandException>(() => client.ExecuteAsync("eject"));
        Assert.Equal(("eject", "DeviceNotFound", "Device 'cd' not found"), (error.Command, error.Class, error.Description));
        Assert.StartsWith("{\"id\": 2, \"error\"", error.RawReply, StringComparison.Ordinal);
        Assert.Equal(QmpState.Running, client.State);
    }

    [Theory(Timeout = Limit)]
    [InlineData("{\"return\": {}, \"id\": 4711}", "4711")]
    [InlineData("{\"return\": {}, \"id\": 1}", "nobody waits")]
    [InlineData("{\"return\": {}, \"id\": \"2\"}", "never sent")]
    [InlineData("{\"return\": {}}", "no id")]
    [InlineData("{\"error\": {\"class\": \"GenericError\", \"desc\": \"JSON parse error\"}}", "could not read a command: JSON parse error")]
    [InlineData("{\"surprise\": 1}", "neither reply nor event")]
    [InlineData("{\"error\": 5, \"id\": 2}", "not QMP")]
    [InlineData("\"text\"", "not QMP")]
    [InlineData("{\"return\": ", "not QMP")]
    [InlineData("{\"id\": 2, \"error\": {\"class\": \"\\ud800\", \"desc\": \"x\"}}", "not QMP")]
    [InlineData("{\"event\": \"X\", \"timestamp\": {\"seconds\": 1, \"microseconds\": 1000000}}", "time is out of range")]
    [InlineData("{\"event\": null, \"timestamp\": {\"seconds\": 1, \"microseconds\": 1}}", "no name")]
    [InlineData("{\"event\": \"X\"}", "not QMP")]
    public async Task A_message_that_makes_no_sense_ends_everything_with_a_protocol_error(string message, string problem)
    {
        await using var server = ScriptedQmpServer.Start(async peer =>
        {
            await peer.OpenAsync();
            await peer.HearAsync("query-status");
            await peer.SayAsync(message);
            await peer.WaitForCloseAsync();
        });
        await using var client = await QmpClient.ConnectAsync(server.SocketPath, _states.Options());
        using var listener = client.Subscribe();
        var error = await Assert.ThrowsAsync<QmpProtocolException>(() => client.ExecuteAsync("query-status"));
        Assert.Contains(problem, error.Message);
        Assert.StartsWith(message, error.RawExcerpt, StringComparison.Ordinal);
        Assert.Same(await client.Ended, error.InnerException);
        await Assert.ThrowsAsync<QmpProtocolException>(() => listener.NextAsync(TimeSpan.FromSeconds(10)));
        await Assert.ThrowsAsync<QmpProtocolException>(() => client.ExecuteAsync("after"));
        Assert.Equal([.. StateLog.ToRunning, QmpState.Faulted], _states.Seen);
    }

    [Fact(Timeout = Limit)]
    public async Task The_end_of_the_connection_answers_every_call_and_listener_at_once()
    {
        await using var server = ScriptedQmpServer.Start(async peer =>
        {
            await peer.OpenAsync();
            await peer.HearAsync("one");
            await peer.HearAsync("two");
        });
        await using var client = await QmpClient.ConnectAsync(server.SocketPath, _states.Options(new FakeTimeProvider()));
        using var listener = client.Subscribe();
        var waiting = listener.NextAsync(TimeSpan.FromSeconds(1));
        var one = client.ExecuteAsync("one");
        var two = client.ExecuteAsync("two");
        Assert.Contains("'one'", (await Assert.ThrowsAsync<QmpConnectionException>(() => one)).Message);
        Assert.Contains("'two'", (await Assert.ThrowsAsync<QmpConnectionException>(() => two)).Message);
        await Assert.ThrowsAsync<QmpConnectionException>(() => waiting);
        Assert.Equal([.. StateLog.ToRunning, QmpState.Faulted], _states.Seen);
        await client.DisposeAsync();
        Assert.Equal(QmpState.Faulted, client.State);
    }

    [Fact(Timeout = Limit)]
    public async Task Disposing_answers_whoever_waits()
    {
        await using var server = ScriptedQmpServer.Start(async peer =>
        {
            await peer.OpenAsync();
            await peer.WaitForCloseAsync();
        });
        var client = await QmpClient.ConnectAsync(server.SocketPath, _states.Options(new FakeTimeProvider()));
        var call = client.ExecuteAsync("never");
        await client.DisposeAsync();
        await Assert.ThrowsAsync<QmpConnectionException>(() => call);
        Assert.Equal([.. StateLog.ToRunning, QmpState.Closing, QmpState.Closed], _states.Seen);
    }
}
