using System.Text.Json.Nodes;

namespace Snaptree.Qmp.Tests.RealQemu;

public sealed class QemuTests
{
    private const int Limit = 60_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly StateLog _states = new();

    [Fact(Timeout = Limit)]
    public async Task Qemu_greets_and_tells_its_state()
    {
        await using var qemu = await QemuProcess.StartAsync();
        await using var client = await ConnectAsync(qemu);
        Assert.True(client.Greeting.Version.Major >= 7);
        Assert.Contains("oob", client.Greeting.Capabilities);
        var version = (await client.ExecuteAsync("query-version")).GetProperty("qemu");
        Assert.Equal(client.Greeting.Version.Micro, version.GetProperty("micro").GetInt32());
        Assert.True((await client.ExecuteAsync("query-status")).GetProperty("running").GetBoolean());
        Assert.Equal(StateLog.ToRunning, _states.Seen);
    }

    [Fact(Timeout = Limit)]
    public async Task Many_commands_at_once_are_all_answered_also_large_ones()
    {
        await using var qemu = await QemuProcess.StartAsync();
        await using var client = await ConnectAsync(qemu);
        var calls = Enumerable.Range(0, 100).Select(async n => n % 10 == 0
            ? (await client.ExecuteAsync("query-qmp-schema")).GetArrayLength() > 500
            : (await client.ExecuteAsync("query-status")).GetProperty("running").GetBoolean());
        Assert.All(await Task.WhenAll(calls), Assert.True);
    }

    [Fact(Timeout = Limit)]
    public async Task A_refusal_keeps_qemus_class_and_text()
    {
        await using var qemu = await QemuProcess.StartAsync();
        await using var client = await ConnectAsync(qemu);
        var unknown = await Assert.ThrowsAsync<QmpCommandException>(() => client.ExecuteAsync("x-nothing"));
        Assert.Equal(("CommandNotFound", "The command x-nothing has not been found"), (unknown.Class, unknown.Description));
        var refused = await Assert.ThrowsAsync<QmpCommandException>(
            () => client.ExecuteAsync("block-job-cancel", new JsonObject { ["device"] = "j0" }));
        Assert.Equal("DeviceNotActive", refused.Class);
        Assert.Contains("j0", refused.Description);
        Assert.Contains("\"error\"", refused.RawReply);
        Assert.Equal(QmpState.Running, client.State);
    }

    [Fact(Timeout = Limit)]
    public async Task Stop_and_resume_come_with_qemus_own_times()
    {
        await using var qemu = await QemuProcess.StartAsync();
        await using var client = await ConnectAsync(qemu);
        using var listener = client.Subscribe(static happened => happened.Name is "STOP" or "RESUME");
        var before = TimeProvider.System.GetUtcNow();
        await client.ExecuteAsync("stop");
        await client.ExecuteAsync("cont");
        var after = TimeProvider.System.GetUtcNow();
        var stop = await listener.NextAsync(Patience);
        var resume = await listener.NextAsync(Patience);
        Assert.Equal(("STOP", "RESUME"), (stop.Name, resume.Name));
        // One microsecond of slack: QEMU's time is cut to microseconds.
        Assert.InRange(stop.Timestamp, before.AddMicroseconds(-1), resume.Timestamp);
        Assert.InRange(resume.Timestamp, stop.Timestamp, after);
    }

    [Fact(Timeout = Limit)]
    public async Task A_file_descriptor_arrives_and_is_closed_again()
    {
        await using var qemu = await QemuProcess.StartAsync();
        await using var client = await ConnectAsync(qemu);
        var path = Path.Combine(qemu.Folder, "passed");
        using (var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite))
        {
            await client.SendFileDescriptorAsync("passed", file);
        }

        Assert.Single(qemu.OpenFiles(), path);
        await client.CloseFileDescriptorAsync("passed");
        Assert.DoesNotContain(path, qemu.OpenFiles());
        var error = await Assert.ThrowsAsync<QmpCommandException>(() => client.CloseFileDescriptorAsync("passed"));
        Assert.Contains("passed", error.Description);
    }

    [Fact(Timeout = Limit)]
    public async Task Many_descriptors_among_other_commands_each_arrive_under_their_own_name()
    {
        const int Count = 40;
        await using var qemu = await QemuProcess.StartAsync();
        await using var client = await ConnectAsync(qemu);
        await Parallel.ForAsync(0, Count, async (n, ct) =>
        {
            using var file = File.OpenHandle(Path.Combine(qemu.Folder, $"f{n}"), FileMode.CreateNew, FileAccess.ReadWrite);
            var others = Enumerable.Range(0, 3).Select(_ => client.ExecuteAsync("query-status", ct: ct));
            await Task.WhenAll([.. others, client.SendFileDescriptorAsync($"f{n}", file, ct: ct)]);
        });
        for (var n = 0; n < Count; n++)
        {
            var path = Path.Combine(qemu.Folder, $"f{n}");
            Assert.Single(qemu.OpenFiles(), path);
            await client.CloseFileDescriptorAsync($"f{n}");
            Assert.DoesNotContain(path, qemu.OpenFiles());
        }
    }

    [Fact(Timeout = Limit)]
    public async Task Qemu_writes_into_the_file_it_was_given()
    {
        await using var qemu = await QemuProcess.StartAsync();
        await using var client = await ConnectAsync(qemu);
        var path = Path.Combine(qemu.Folder, "state");
        using var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite);
        await client.ExecuteAsync("migrate-set-capabilities", new JsonObject
        {
            ["capabilities"] = new JsonArray(new JsonObject { ["capability"] = "events", ["state"] = true }),
        });
        using var listener = client.Subscribe(static happened =>
            happened.Name == "MIGRATION" && happened.Data.GetProperty("status").GetString() is "completed" or "failed");
        await client.SendFileDescriptorAsync("state", file);
        await client.ExecuteAsync("migrate", new JsonObject { ["uri"] = "fd:state" });
        Assert.Equal("completed", (await listener.NextAsync(Patience)).Data.GetProperty("status").GetString());
        var magic = new byte[4];
        Assert.Equal(4, RandomAccess.Read(file, magic, 0));
        Assert.Equal("QEVM"u8.ToArray(), magic);
    }

    [Fact(Timeout = Limit)]
    public async Task A_descriptor_can_go_with_any_command_that_takes_one()
    {
        await using var qemu = await QemuProcess.StartAsync();
        await using var client = await ConnectAsync(qemu);
        using var file = File.OpenHandle(Path.Combine(qemu.Folder, "set"), FileMode.CreateNew, FileAccess.ReadWrite);
        var added = await client.ExecuteWithFileDescriptorAsync("add-fd", new JsonObject { ["fdset-id"] = 7, ["opaque"] = "mine" }, file);
        Assert.Equal(7, added.GetProperty("fdset-id").GetInt32());
        var sets = await client.ExecuteAsync("query-fdsets");
        Assert.Equal("mine", sets[0].GetProperty("fds")[0].GetProperty("opaque").GetString());
        var closed = File.OpenHandle(Path.Combine(qemu.Folder, "set"));
        closed.Dispose();
        await Assert.ThrowsAsync<ArgumentException>(() => client.SendFileDescriptorAsync("closed", closed));
        Assert.Equal(QmpState.Running, client.State);
    }

    [Fact(Timeout = Limit)]
    public async Task Quit_is_answered_and_then_everybody_learns_of_the_end()
    {
        await using var qemu = await QemuProcess.StartAsync();
        await using var client = await ConnectAsync(qemu);
        using var listener = client.Subscribe();
        await client.ExecuteAsync("quit");
        Assert.Equal("SHUTDOWN", (await listener.NextAsync(Patience)).Name);
        await Assert.ThrowsAsync<QmpConnectionException>(() => listener.NextAsync(Patience));
        Assert.IsType<QmpConnectionException>(await client.Ended);
        Assert.Equal(0, await qemu.ExitAsync());
        await Assert.ThrowsAsync<QmpConnectionException>(() => client.ExecuteAsync("query-status"));
        Assert.Equal([.. StateLog.ToRunning, QmpState.Faulted], _states.Seen);
    }

    [Fact(Timeout = Limit)]
    public async Task A_killed_qemu_is_a_connection_error_for_everybody_who_waits()
    {
        await using var qemu = await QemuProcess.StartAsync();
        await using var client = await ConnectAsync(qemu);
        using var listener = client.Subscribe();
        var waiting = listener.NextAsync(Patience);
        qemu.Kill();
        await Assert.ThrowsAsync<QmpConnectionException>(() => waiting);
        await Assert.ThrowsAsync<QmpConnectionException>(() => client.ExecuteAsync("query-status"));
        Assert.Equal([.. StateLog.ToRunning, QmpState.Faulted], _states.Seen);
    }

    [Fact(Timeout = Limit)]
    public async Task Killing_qemu_under_a_load_of_commands_leaves_nobody_waiting()
    {
        await using var qemu = await QemuProcess.StartAsync();
        await using var client = await ConnectAsync(qemu);
        var callers = Enumerable.Range(0, 20).Select(async _ =>
        {
            while (true) await client.ExecuteAsync("query-qmp-schema");
        }).ToArray();
        await client.ExecuteAsync("query-status");
        qemu.Kill();
        foreach (var caller in callers) await Assert.ThrowsAsync<QmpConnectionException>(() => caller);
        Assert.Equal([.. StateLog.ToRunning, QmpState.Faulted], _states.Seen);
    }

    [Fact(Timeout = Limit)]
    public async Task A_second_client_waits_for_the_first_and_is_served_after_it()
    {
        await using var qemu = await QemuProcess.StartAsync();
        var first = await ConnectAsync(qemu);
        var second = QmpClient.ConnectAsync(qemu.SocketPath, new StateLog().Options() with { ConnectDeadline = Patience });
        await first.ExecuteAsync("query-status");
        Assert.False(second.IsCompleted);
        await first.DisposeAsync();
        await using var served = await second;
        await served.ExecuteAsync("query-status");
    }

    private Task<QmpClient> ConnectAsync(QemuProcess qemu) =>
        QmpClient.ConnectAsync(qemu.SocketPath, _states.Options() with { ConnectDeadline = Patience });
}
