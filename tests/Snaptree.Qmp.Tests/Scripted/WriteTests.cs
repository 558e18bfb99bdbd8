using System.Text.Json.Nodes;
using Snaptree.TestKit;

namespace Snaptree.Qmp.Tests.Scripted;

public sealed class WriteTests
{
    private const int Limit = 30_000;

    /// <summary>More than a socket's buffers take.</summary>
    private static readonly JsonObject Large = new() { ["filler"] = new string('x', 4 * 1024 * 1024) };

    private readonly StateLog _states = new();
    private readonly FakeTimeProvider _clock = new();

    [Fact(Timeout = Limit)]
    public async Task A_server_that_stops_reading_meets_the_commands_deadline_and_ends_the_connection()
    {
        var done = new TaskCompletionSource();
        await using var server = ScriptedQmpServer.Start(async peer =>
        {
            await peer.OpenAsync();
            await done.Task;
        });
        await using var client = await QmpClient.ConnectAsync(server.SocketPath, _states.Options(_clock));
        var stuck = client.ExecuteAsync("stuck", Large, TimeSpan.FromSeconds(20));
        var behind = client.ExecuteAsync("behind", deadline: TimeSpan.FromSeconds(10));
        var further = client.ExecuteAsync("further", deadline: TimeSpan.FromSeconds(60));

        _clock.Advance(TimeSpan.FromSeconds(10));
        var impatient = await Assert.ThrowsAsync<QmpTimeoutException>(() => behind);
        Assert.Equal("behind", impatient.Command);
        Assert.Equal(QmpState.Running, client.State);

        _clock.Advance(TimeSpan.FromSeconds(10));
        var error = await Assert.ThrowsAsync<QmpTimeoutException>(() => stuck);
        Assert.Equal(("stuck", TimeSpan.FromSeconds(20)), (error.Command, error.Deadline));
        Assert.IsType<QmpTimeoutException>((await Assert.ThrowsAsync<QmpConnectionException>(() => further)).InnerException);
        Assert.Equal([.. StateLog.ToRunning, QmpState.Faulted], _states.Seen);
        done.SetResult();
    }

    [Fact(Timeout = Limit)]
    public async Task Cancelling_inside_a_command_still_sends_it_whole()
    {
        using var stop = new CancellationTokenSource();
        var cancelled = new TaskCompletionSource();
        await using var server = ScriptedQmpServer.Start(async peer =>
        {
            await peer.OpenAsync();
            await cancelled.Task;
            var half = await peer.HearAsync("half");
            var next = await peer.HearAsync("next");
            await peer.ReturnAsync(half, "\"late\"");
            await peer.ReturnAsync(next, "\"mine\"");
            await peer.WaitForCloseAsync();
        });
        await using var client = await QmpClient.ConnectAsync(server.SocketPath, _states.Options(_clock));
        var half = client.ExecuteAsync("half", Large, ct: stop.Token);
        await stop.CancelAsync();
        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => half);
        Assert.Equal(stop.Token, error.CancellationToken);
        var next = client.ExecuteAsync("next");
        cancelled.SetResult();
        Assert.Equal("mine", (await next).GetString());
        Assert.Equal(StateLog.ToRunning, _states.Seen);
    }

    [Fact(Timeout = Limit)]
    public async Task A_command_cancelled_before_its_turn_is_never_sent()
    {
        using var stop = new CancellationTokenSource();
        var cancelled = new TaskCompletionSource();
        await using var server = ScriptedQmpServer.Start(async peer =>
        {
            await peer.OpenAsync();
            await cancelled.Task;
            await peer.ReturnAsync(await peer.HearAsync("large"));
            await peer.ReturnAsync(await peer.HearAsync("next"));
            await peer.WaitForCloseAsync();
        });
        await using var client = await QmpClient.ConnectAsync(server.SocketPath, _states.Options(_clock));
        var large = client.ExecuteAsync("large", Large);
        var unsent = client.ExecuteAsync("unsent", ct: stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => unsent);
        cancelled.SetResult();
        await large;
        await client.ExecuteAsync("next");
    }

    [Fact(Timeout = Limit)]
    public async Task A_half_command_left_by_its_caller_ends_the_connection_when_its_deadline_passes()
    {
        using var stop = new CancellationTokenSource();
        var done = new TaskCompletionSource();
        await using var server = ScriptedQmpServer.Start(async peer =>
        {
            await peer.OpenAsync();
            await done.Task;
        });
        await using var client = await QmpClient.ConnectAsync(server.SocketPath, _states.Options(_clock));
        var half = client.ExecuteAsync("half", Large, ct: stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => half);
        Assert.Equal(QmpState.Running, client.State);
        _clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal("half", Assert.IsType<QmpTimeoutException>(await client.Ended).Command);
        Assert.Equal([.. StateLog.ToRunning, QmpState.Faulted], _states.Seen);
        done.SetResult();
    }

    [Fact(Timeout = Limit)]
    public async Task A_descriptor_goes_out_behind_commands_larger_than_the_sockets_buffers()
    {
        const int Rounds = 24;
        await using var server = ScriptedQmpServer.Start(async peer =>
        {
            await peer.OpenAsync();
            for (var i = 0; i < Rounds; i++)
            {
                await peer.ReturnAsync(await peer.HearAsync("filler"));
                await peer.ReturnAsync(await peer.HearAsync("getfd"));
            }

            await peer.WaitForCloseAsync();
        });
        await using var client = await QmpClient.ConnectAsync(server.SocketPath, _states.Options(_clock));
        using var file = File.OpenHandle("/dev/null");
        for (var i = 0; i < Rounds; i++)
        {
            var filler = client.ExecuteAsync("filler", new JsonObject { ["filler"] = new string('x', 600_000 + (i * 10_000)) });
            await Task.WhenAll(filler, client.SendFileDescriptorAsync("null", file));
        }
    }

    [Fact(Timeout = Limit)]
    public async Task A_server_that_stops_reading_meets_the_deadline_of_a_descriptor_too()
    {
        var done = new TaskCompletionSource();
        await using var server = ScriptedQmpServer.Start(async peer =>
        {
            await peer.OpenAsync();
            await done.Task;
        });
        await using var client = await QmpClient.ConnectAsync(server.SocketPath, _states.Options(_clock));
        using var file = File.OpenHandle("/dev/null");
        // A name larger than the socket's buffers: the descriptor is on its way, the rest of its command is not.
        var stuck = client.SendFileDescriptorAsync(new string('x', 4 * 1024 * 1024), file);
        var behind = client.SendFileDescriptorAsync("behind", file, TimeSpan.FromSeconds(3));
        _clock.Advance(TimeSpan.FromSeconds(3));
        await Assert.ThrowsAsync<QmpTimeoutException>(() => behind);
        _clock.Advance(TimeSpan.FromSeconds(27));
        Assert.Equal("getfd", (await Assert.ThrowsAsync<QmpTimeoutException>(() => stuck)).Command);
        Assert.Equal([.. StateLog.ToRunning, QmpState.Faulted], _states.Seen);
        done.SetResult();
    }

    [Fact(Timeout = Limit)]
    public async Task A_server_that_answers_and_leaves_while_we_write_loses_no_reply()
    {
        await using var server = ScriptedQmpServer.Start(async peer =>
        {
            await peer.OpenAsync();
            await peer.ReturnAsync(await peer.HearAsync("first"), "\"kept\"");
        });
        await using var client = await QmpClient.ConnectAsync(server.SocketPath, _states.Options(_clock));
        var first = client.ExecuteAsync("first");
        var cut = client.ExecuteAsync("cut", Large);
        Assert.Equal("kept", (await first).GetString());
        await Assert.ThrowsAsync<QmpConnectionException>(() => cut);
        await client.Ended;
        Assert.Equal([.. StateLog.ToRunning, QmpState.Faulted], _states.Seen);
    }
}
