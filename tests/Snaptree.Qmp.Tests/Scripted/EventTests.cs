using System.Globalization;
using Snaptree.TestKit;

namespace Snaptree.Qmp.Tests.Scripted;

public sealed class EventTests
{
    private const int Limit = 30_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly StateLog _states = new();

    [Fact(Timeout = Limit)]
    public async Task Events_keep_their_order_data_and_microseconds()
    {
        await using var server = ScriptedQmpServer.Start(async peer =>
        {
            await peer.OpenAsync();
            var go = await peer.HearAsync("go");
            await peer.SayAsync("""{"timestamp": {"seconds": 1795232470, "microseconds": 595611}, "event": "STOP"}""");
            await peer.SayAsync("""{"event": "JOB", "data": {"id": "j"}, "timestamp": {"seconds": 1795232470, "microseconds": 595612}}""");
            await peer.ReturnAsync(go);
            await peer.WaitForCloseAsync();
        });
        await using var client = await QmpClient.ConnectAsync(server.SocketPath, _states.Options());
        using var all = client.Subscribe();
        using var jobs = client.Subscribe(static happened => happened.Name == "JOB");
        await client.ExecuteAsync("go");

        var stop = await all.NextAsync(Patience);
        var job = await all.NextAsync(Patience);
        Assert.Equal("2026-11-21T03:41:10.5956110Z", stop.Timestamp.UtcDateTime.ToString("O", CultureInfo.InvariantCulture));
        Assert.Equal(("STOP", "{}"), (stop.Name, stop.Data.GetRawText()));
        Assert.Equal(("JOB", "j"), (job.Name, job.Data.GetProperty("id").GetString()));
        Assert.Equal(TimeSpan.FromMicroseconds(1), job.Timestamp - stop.Timestamp);
        Assert.True(jobs.TryNext(out var filtered));
        Assert.Equal("JOB", filtered.Name);
        Assert.False(jobs.TryNext(out _));
    }

    [Fact(Timeout = Limit)]
    public async Task An_event_without_a_clock_gets_the_time_of_receipt()
    {
        var clock = new FakeTimeProvider();
        await using var client = await ClientOfAsync(clock, """{"event": "X", "timestamp": {"seconds": -1, "microseconds": -1}}""");
        Assert.Equal(clock.GetUtcNow(), (await client.Listener.NextAsync(Patience)).Timestamp);
    }

    [Fact(Timeout = Limit)]
    public async Task Waiting_for_an_event_ends_at_its_deadline_and_the_listener_goes_on()
    {
        var clock = new FakeTimeProvider();
        await using var client = await ClientOfAsync(clock, """{"event": "X", "timestamp": {"seconds": 1, "microseconds": 1}}""");
        Assert.Equal("X", (await client.Listener.NextAsync(Patience)).Name);
        var waiting = client.Listener.NextAsync(TimeSpan.FromSeconds(3));
        clock.Advance(TimeSpan.FromSeconds(3));
        var error = await Assert.ThrowsAsync<QmpTimeoutException>(() => waiting);
        Assert.Equal(("next event", TimeSpan.FromSeconds(3)), (error.Command, error.Deadline));

        using var stop = new CancellationTokenSource();
        var cancelled = client.Listener.NextAsync(Patience, stop.Token);
        await stop.CancelAsync();
        Assert.Equal(stop.Token, (await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled)).CancellationToken);

        var disposed = client.Listener.NextAsync(Patience);
        client.Listener.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => disposed);
        Assert.Equal(0, clock.ArmedTimers);
    }

    [Fact(Timeout = Limit)]
    public async Task A_flood_of_events_ends_the_listener_that_did_not_keep_up_and_nothing_else()
    {
        const int Flood = 20_000;
        const int Capacity = 1000;
        await using var server = ScriptedQmpServer.Start(async peer =>
        {
            await peer.OpenAsync();
            var go = await peer.HearAsync("go");
            for (var i = 0; i < Flood; i++)
            {
                await peer.SayAsync($$$"""{"event": "FLOOD", "data": {"n": {{{i}}}}, "timestamp": {"seconds": 1, "microseconds": 1}}""");
            }

            await peer.ReturnAsync(go, "\"still here\"");
            await peer.WaitForCloseAsync();
        });
        await using var client = await QmpClient.ConnectAsync(
            server.SocketPath, _states.Options() with { EventBufferCapacity = Capacity });
        using var drowned = client.Subscribe();
        using var choosy = client.Subscribe(static happened => happened.Data.GetProperty("n").GetInt32() % 1000 == 0);
        Assert.Equal("still here", (await client.ExecuteAsync("go")).GetString());

        for (var i = 0; i < Capacity; i++) Assert.Equal(i, (await drowned.NextAsync(Patience)).Data.GetProperty("n").GetInt32());
        var error = await Assert.ThrowsAsync<QmpEventOverflowException>(() => drowned.NextAsync(Patience));
        Assert.Equal((Capacity, "FLOOD"), (error.Capacity, error.EventName));
        for (var i = 0; i < Flood; i += 1000) Assert.Equal(i, (await choosy.NextAsync(Patience)).Data.GetProperty("n").GetInt32());
        Assert.Equal(StateLog.ToRunning, _states.Seen);
    }

    [Fact(Timeout = Limit)]
    public async Task A_filter_that_throws_ends_its_own_listener_only()
    {
        await using var server = ScriptedQmpServer.Start(async peer =>
        {
            await peer.OpenAsync();
            var go = await peer.HearAsync("go");
            await peer.SayAsync("""{"event": "X", "timestamp": {"seconds": 1, "microseconds": 1}}""");
            await peer.ReturnAsync(go);
            await peer.WaitForCloseAsync();
        });
        await using var client = await QmpClient.ConnectAsync(server.SocketPath, _states.Options());
        using var broken = client.Subscribe(static _ => throw new FormatException("mine"));
        using var good = client.Subscribe();
        await client.ExecuteAsync("go");
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => broken.NextAsync(Patience));
        Assert.IsType<FormatException>(error.InnerException);
        Assert.Equal("X", (await good.NextAsync(Patience)).Name);
    }

    [Fact(Timeout = Limit)]
    public async Task Buffered_events_are_given_out_before_the_connections_error()
    {
        await using var server = ScriptedQmpServer.Start(async peer =>
        {
            await peer.OpenAsync();
            await peer.HearAsync("quit");
            await peer.SayAsync("""{"event": "SHUTDOWN", "timestamp": {"seconds": 1, "microseconds": 1}}""");
        });
        await using var client = await QmpClient.ConnectAsync(server.SocketPath, _states.Options());
        using var listener = client.Subscribe();
        await Assert.ThrowsAsync<QmpConnectionException>(() => client.ExecuteAsync("quit"));
        Assert.Equal("SHUTDOWN", (await listener.NextAsync(Patience)).Name);
        await Assert.ThrowsAsync<QmpConnectionException>(() => listener.NextAsync(Patience));
        using var late = client.Subscribe();
        await Assert.ThrowsAsync<QmpConnectionException>(() => late.NextAsync(Patience));
    }

    private async Task<Listening> ClientOfAsync(TimeProvider clock, string happening)
    {
        var server = ScriptedQmpServer.Start(async peer =>
        {
            await peer.OpenAsync();
            var go = await peer.HearAsync("go");
            await peer.SayAsync(happening);
            await peer.ReturnAsync(go);
            await peer.WaitForCloseAsync();
        });
        var client = await QmpClient.ConnectAsync(server.SocketPath, _states.Options(clock));
        var listener = client.Subscribe();
        await client.ExecuteAsync("go");
        return new Listening(server, client, listener);
    }

    private sealed record Listening(ScriptedQmpServer Server, QmpClient Client, QmpEventListener Listener) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            Listener.Dispose();
            await Client.DisposeAsync();
            await Server.DisposeAsync();
        }
    }
}
