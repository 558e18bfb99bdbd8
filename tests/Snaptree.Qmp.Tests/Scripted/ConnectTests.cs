using Snaptree.TestKit;

namespace Snaptree.Qmp.Tests.Scripted;

public sealed class ConnectTests
{
    private const int Limit = 30_000;

    private readonly StateLog _states = new();

    [Fact(Timeout = Limit)]
    public async Task A_good_server_is_greeted_negotiated_with_and_left_in_order()
    {
        await using var server = ScriptedQmpServer.Start(async peer =>
        {
            await peer.OpenAsync();
            await peer.WaitForCloseAsync();
        });

        var client = await QmpClient.ConnectAsync(server.SocketPath, _states.Options());
        Assert.Equal(new QemuVersion(7, 2, 22), client.Greeting.Version);
        Assert.Equal("scripted", client.Greeting.Package);
        Assert.Equal(["oob"], client.Greeting.Capabilities);
        Assert.Equal(QmpState.Running, client.State);
        Assert.False(client.Ended.IsCompleted);

        await client.DisposeAsync();
        await client.DisposeAsync();
        Assert.Equal([.. StateLog.ToRunning, QmpState.Closing, QmpState.Closed], _states.Seen);
        Assert.IsType<QmpConnectionException>(await client.Ended);
        var error = await Assert.ThrowsAsync<QmpConnectionException>(() => client.ExecuteAsync("stop"));
        Assert.Contains("closed by its owner", error.Message);
    }

    [Fact(Timeout = Limit)]
    public async Task A_path_where_nobody_listens_is_a_connection_error_with_its_cause()
    {
        var error = await Assert.ThrowsAsync<QmpConnectionException>(
            () => QmpClient.ConnectAsync("/nonexistent/qmp.sock", _states.Options()));
        Assert.IsAssignableFrom<System.Net.Sockets.SocketException>(error.InnerException);
        Assert.Contains("/nonexistent/qmp.sock", error.Message);
        Assert.Equal([QmpState.Connecting, QmpState.Faulted], _states.Seen);
    }

    [Fact(Timeout = Limit)]
    public async Task A_path_too_long_for_a_socket_is_a_connection_error()
    {
        var error = await Assert.ThrowsAsync<QmpConnectionException>(
            () => QmpClient.ConnectAsync("/" + new string('x', 300), _states.Options()));
        Assert.IsType<ArgumentOutOfRangeException>(error.InnerException);
        Assert.Equal([QmpState.Connecting, QmpState.Faulted], _states.Seen);
    }

    [Fact(Timeout = Limit)]
    public async Task A_server_that_closes_before_greeting_is_a_connection_error()
    {
        await using var server = ScriptedQmpServer.Start(_ => Task.CompletedTask);
        await Assert.ThrowsAsync<QmpConnectionException>(() => QmpClient.ConnectAsync(server.SocketPath, _states.Options()));
        Assert.Equal([QmpState.Connecting, QmpState.Greeting, QmpState.Faulted], _states.Seen);
    }

    [Fact(Timeout = Limit)]
    public async Task A_server_that_closes_after_greeting_is_a_connection_error()
    {
        await using var server = ScriptedQmpServer.Start(async peer =>
        {
            await peer.SayAsync(ScriptedQmpPeer.Greeting);
            await peer.HearAsync("qmp_capabilities");
        });
        await Assert.ThrowsAsync<QmpConnectionException>(() => QmpClient.ConnectAsync(server.SocketPath, _states.Options()));
        Assert.Equal([QmpState.Connecting, QmpState.Greeting, QmpState.Negotiating, QmpState.Faulted], _states.Seen);
    }

    [Theory(Timeout = Limit)]
    [InlineData("SSH-2.0-OpenSSH_9.2")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{\"QMP\": 1}")]
    [InlineData("{\"QMP\": {\"version\": {\"qemu\": {\"major\": \"7\"}}}}")]
    [InlineData("{\"QMP\": {\"version\": {\"qemu\": {\"major\": 7, \"minor\": 2, \"micro\": 99999999999}, \"package\": \"\"}, \"capabilities\": []}}")]
    [InlineData("{\"return\": {}, \"id\": 1}")]
    public async Task A_wrong_greeting_is_a_protocol_error_that_shows_it(string greeting)
    {
        await using var server = ScriptedQmpServer.Start(async peer =>
        {
            await peer.SayAsync(greeting);
            await peer.WaitForCloseAsync();
        });
        var error = await Assert.ThrowsAsync<QmpProtocolException>(() => QmpClient.ConnectAsync(server.SocketPath, _states.Options()));
        Assert.StartsWith(greeting, error.RawExcerpt, StringComparison.Ordinal);
        Assert.Equal([QmpState.Connecting, QmpState.Greeting, QmpState.Faulted], _states.Seen);
    }

    [Fact(Timeout = Limit)]
    public async Task A_server_that_refuses_to_negotiate_is_a_command_error()
    {
        await using var server = ScriptedQmpServer.Start(async peer =>
        {
            await peer.SayAsync(ScriptedQmpPeer.Greeting);
            var id = await peer.HearAsync("qmp_capabilities");
            await peer.RefuseAsync(id, "GenericError", "no");
            await peer.WaitForCloseAsync();
        });
        var error = await Assert.ThrowsAsync<QmpCommandException>(() => QmpClient.ConnectAsync(server.SocketPath, _states.Options()));
        Assert.Equal("qmp_capabilities", error.Command);
        Assert.Equal([QmpState.Connecting, QmpState.Greeting, QmpState.Negotiating, QmpState.Faulted], _states.Seen);
    }

    [Fact(Timeout = Limit)]
    public async Task A_server_that_never_greets_is_a_timeout_by_the_given_clock()
    {
        var clock = new FakeTimeProvider();
        var accepted = new TaskCompletionSource();
        await using var server = ScriptedQmpServer.Start(async peer =>
        {
            accepted.SetResult();
            await peer.WaitForCloseAsync();
        });
        var connecting = QmpClient.ConnectAsync(server.SocketPath, _states.Options(clock));
        await accepted.Task;
        clock.Advance(TimeSpan.FromSeconds(4.9));
        Assert.False(connecting.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(0.1));
        var error = await Assert.ThrowsAsync<QmpTimeoutException>(() => connecting);
        Assert.Equal(TimeSpan.FromSeconds(5), error.Deadline);
        Assert.Equal("greeting", error.Command);
        Assert.Equal(QmpState.Faulted, _states.Seen[^1]);
        Assert.Equal(0, clock.ArmedTimers);
    }

    [Fact(Timeout = Limit)]
    public async Task A_server_that_never_negotiates_is_a_timeout()
    {
        var clock = new FakeTimeProvider();
        var asked = new TaskCompletionSource();
        await using var server = ScriptedQmpServer.Start(async peer =>
        {
            await peer.SayAsync(ScriptedQmpPeer.Greeting);
            await peer.HearAsync("qmp_capabilities");
            asked.SetResult();
            await peer.WaitForCloseAsync();
        });
        var connecting = QmpClient.ConnectAsync(server.SocketPath, _states.Options(clock));
        await asked.Task;
        clock.Advance(TimeSpan.FromSeconds(5));
        var error = await Assert.ThrowsAsync<QmpTimeoutException>(() => connecting);
        Assert.Equal("qmp_capabilities", error.Command);
        Assert.Equal([QmpState.Connecting, QmpState.Greeting, QmpState.Negotiating, QmpState.Faulted], _states.Seen);
    }

    [Fact(Timeout = Limit)]
    public async Task Cancelling_a_connect_closes_everything_and_stays_a_cancellation()
    {
        using var stop = new CancellationTokenSource();
        await using var server = ScriptedQmpServer.Start(async peer =>
        {
            await stop.CancelAsync();
            await peer.WaitForCloseAsync();
        });
        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => QmpClient.ConnectAsync(server.SocketPath, _states.Options(), stop.Token));
        Assert.Equal(stop.Token, error.CancellationToken);
        Assert.Equal([QmpState.Closing, QmpState.Closed], _states.Seen[^2..]);
    }

    [Fact(Timeout = Limit)]
    public async Task Events_before_the_greeting_and_during_the_negotiation_do_no_harm()
    {
        const string Early = """{"timestamp": {"seconds": 1, "microseconds": 2}, "event": "RESUME"}""";
        await using var server = ScriptedQmpServer.Start(async peer =>
        {
            await peer.SayAsync(Early);
            await peer.SayAsync("");
            await peer.SayAsync(ScriptedQmpPeer.Greeting);
            await peer.SayAsync(Early);
            var id = await peer.HearAsync("qmp_capabilities");
            await peer.SayAsync(Early);
            await peer.ReturnAsync(id);
            await peer.WaitForCloseAsync();
        });
        await using var client = await QmpClient.ConnectAsync(server.SocketPath, _states.Options());
        Assert.Equal(StateLog.ToRunning, _states.Seen);
    }
}
