using System.Text.Json.Nodes;
using Snaptree.Model;
using Snaptree.Qmp;
using Snaptree.TestKit;

namespace Snaptree.Engine.Tests;

/// <summary>What goes wrong in practice: a clear error, a remedy, and exactly the facts of before.</summary>
public sealed class FaultTests
{
    [Fact]
    public async Task No_room_for_the_memory_file_and_the_guest_goes_on_as_if_nothing_had_been()
    {
        await using var guest = await GuestLab.StartAsync();
        await guest.MarkAsync(1);
        var state = await guest.StateAsync();
        var domain = guest.Lab.Engine.Sessions.Find(GuestLab.Name).Uuid;
        var folder = $"{guest.Lab.State}/domains/{domain}/memory";
        await using var small = await SmallFileSystem.MountAsync(guest.Lab, folder, mib: 128);
        var before = await guest.Lab.FactsAsync(GuestLab.Name);

        // There was room enough when it was asked for, and none when it is used. (Logs are no facts.)
        var plan = await guest.Lab.Engine.Snapshots.PlanCreateAsync(GuestLab.Name, new CreateRequest(SnapshotName.Parse("s1")), guest.Token);
        guest.Lab.Reopen(new ActAt(
            new DurablePoint("intent", StepOf<SaveMemoryStep>(plan)),
            () => File.WriteAllBytes($"{folder}/ballast.log", new byte[small.FreeBytes() - (2 << 20)])));
        var error = await Assert.ThrowsAsync<SnapshotException>(() => guest.Lab.CreateAsync(GuestLab.Name, "s1"));
        Assert.True(error is { Foreign: not null, IsUnfinished: false }, error.ToString());
        Assert.NotEmpty(error.Remedy);
        Assert.Equal(state, await guest.StateAsync());
        Assert.Equal(before, await guest.Lab.FactsAsync(GuestLab.Name));

        // And now that there is too little from the beginning, nothing is begun; explaining still works and says so.
        error = await Assert.ThrowsAsync<SnapshotException>(() => guest.Lab.CreateAsync(GuestLab.Name, "s1"));
        Assert.True(error.Message.Contains("may need 96 MiB", StringComparison.Ordinal) && error.Message.Contains(folder, StringComparison.Ordinal), error.ToString());
        Assert.Matches("^Make room for 9[0-9] MiB more", error.Remedy);
        plan = await guest.Lab.Engine.Snapshots.PlanCreateAsync(GuestLab.Name, new CreateRequest(SnapshotName.Parse("s1")), guest.Token);
        Assert.True(plan.Costs.Space.Single() is { } need && need.NeededBytes > need.FreeBytes);
        Assert.Equal(before, await guest.Lab.FactsAsync(GuestLab.Name));
    }

    [Fact]
    public async Task No_room_for_an_overlay()
    {
        await using var lab = new EngineLab();
        await using var small = await SmallFileSystem.MountAsync(lab, $"{lab.Disks}/small");
        var disk = await lab.CreateDiskAsync("small/a.qcow2", 0, ImageFormat.Qcow2, size: "1M");
        await lab.DefineAsync("vm", disk, await lab.CreateDiskAsync("b.qcow2", 0xb0));
        await File.WriteAllBytesAsync($"{lab.Disks}/small/ballast", new byte[small.FreeBytes()], lab.Token);
        var before = await lab.FactsAsync("vm");

        var error = await Assert.ThrowsAsync<SnapshotException>(() => lab.CreateAsync("vm", "s1"));
        Assert.Contains("space", error.Message + error.Foreign?.Text, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(before, await lab.FactsAsync("vm"));
    }

    [Fact]
    public async Task A_transaction_that_fails_on_the_second_disk_leaves_the_first_alone()
    {
        await using var guest = await GuestLab.StartAsync();
        await guest.Lab.CreateAsync(GuestLab.Name, "s1", request => request with { DiskOnly = true });
        await guest.MarkAsync(2);
        var state = await guest.StateAsync();
        var before = await guest.Lab.FactsAsync(GuestLab.Name);

        // A job begun after planning, at the last instant before the switch, keeps the second disk busy: QEMU refuses to snapshot it.
        var plan = await guest.Lab.Engine.Snapshots.PlanCreateAsync(
            GuestLab.Name, new CreateRequest(SnapshotName.Parse("s2")) { DiskOnly = true }, guest.Token);
        guest.Lab.Reopen(new ActAt(new DurablePoint("intent", plan.NoReturnIndex), () => StartForeignJobAsync(guest).GetAwaiter().GetResult()));
        var error = await Assert.ThrowsAsync<SnapshotException>(
            () => guest.Lab.CreateAsync(GuestLab.Name, "s2", request => request with { DiskOnly = true }));
        Assert.True(error.Foreign?.Kind == "GenericError", error.ToString());
        Assert.Equal(before, await guest.Lab.FactsAsync(GuestLab.Name));
        Assert.Equal(state, await guest.StateAsync());
    }

    [Fact]
    public async Task While_somebody_elses_block_job_is_at_work_nothing_is_begun()
    {
        await using var guest = await GuestLab.StartAsync();
        await guest.Lab.CreateAsync(GuestLab.Name, "s1");
        await guest.MarkAsync(2);
        var state = await guest.StateAsync();
        await StartForeignJobAsync(guest);
        var before = await guest.Lab.FactsAsync(GuestLab.Name);
        var process = await guest.ProcessIdAsync();

        (ErrorCode Code, Func<Task> Act)[] verbs =
        [
            (ErrorCode.OperationUnsupported, () => guest.Lab.CreateAsync(GuestLab.Name, "s2")),
            (ErrorCode.OperationUnsupported, () => guest.Lab.CreateAsync(GuestLab.Name, "s2", request => request with { DiskOnly = true })),
            (ErrorCode.OperationInvalid, () => guest.Lab.RevertAsync(GuestLab.Name, "s1")),
            (ErrorCode.OperationUnsupported, () => guest.Lab.DeleteAsync(GuestLab.Name, "s1")),
        ];
        foreach (var (code, act) in verbs)
        {
            var error = await Assert.ThrowsAsync<SnapshotException>(act);
            Assert.True(code == error.Code && error.Message.Contains("'foreign' (stream", StringComparison.Ordinal), error.ToString());
        }

        Assert.Equal(before, await guest.Lab.FactsAsync(GuestLab.Name));
        Assert.Equal((process, state), (await guest.ProcessIdAsync(), await guest.StateAsync()));
    }

    [Fact]
    public async Task A_block_job_begun_after_planning_is_seen_before_qemu_would_die_of_it()
    {
        await using var guest = await GuestLab.StartAsync();
        await guest.Lab.CreateAsync(GuestLab.Name, "s1", request => request with { DiskOnly = true });
        await guest.MarkAsync(2);
        var state = await guest.StateAsync();
        var before = await guest.Lab.FactsAsync(GuestLab.Name);
        var plan = await guest.Lab.Engine.Snapshots.PlanCreateAsync(GuestLab.Name, new CreateRequest(SnapshotName.Parse("s2")), guest.Token);
        guest.Lab.Reopen(new ActAt(new DurablePoint("intent", StepOf<SaveMemoryStep>(plan)), () => StartForeignJobAsync(guest).GetAwaiter().GetResult()));
        var error = await Assert.ThrowsAsync<SnapshotException>(() => guest.Lab.CreateAsync(GuestLab.Name, "s2"));
        Assert.True(error.Message.Contains("'foreign' (stream", StringComparison.Ordinal), error.ToString());
        Assert.Equal(before, await guest.Lab.FactsAsync(GuestLab.Name));
        Assert.Equal(state, await guest.StateAsync());
    }

    [Fact]
    public async Task A_qemu_that_is_killed_during_a_create_is_told_with_its_end_and_no_snapshot_is_left()
    {
        await using var guest = await GuestLab.StartAsync();
        var plan = await guest.Lab.Engine.Snapshots.PlanCreateAsync(GuestLab.Name, new CreateRequest(SnapshotName.Parse("s1")), guest.Token);
        guest.Lab.Reopen(new ActAt(new DurablePoint("intent", StepOf<SaveMemoryStep>(plan)), () => guest.KillQemuAsync().GetAwaiter().GetResult()));
        var error = await Assert.ThrowsAsync<SnapshotException>(() => guest.Lab.CreateAsync(GuestLab.Name, "s1"));
        Assert.True(error.Message.Contains("QEMU ended", StringComparison.Ordinal) && !error.IsUnfinished, error.ToString());
        Assert.Equal(DomainState.Shutoff, await guest.DomainStateAsync());
        Assert.Empty(guest.Lab.Unclaimed(GuestLab.Name));
        Assert.Equal(2, Directory.GetFiles(guest.Lab.Disks).Length);
        Assert.Null(await guest.Lab.RecoverAsync(GuestLab.Name));
    }

    [Fact]
    public async Task A_revert_whose_memory_image_is_damaged_is_refused_before_the_guest_is_touched()
    {
        await using var guest = await GuestLab.StartAsync();
        var snapshot = await guest.Lab.CreateAsync(GuestLab.Name, "s1");
        await guest.MarkAsync(2);
        var state = await guest.StateAsync();
        var process = await guest.ProcessIdAsync();
        await using (var file = File.OpenWrite(snapshot.MemoryPath!))
        {
            // Behind the header and QEMU's own first words: only loading it can tell.
            file.Seek(200_000, SeekOrigin.Begin);
            file.Write(new byte[400_000]);
        }

        var before = await guest.Lab.FactsAsync(GuestLab.Name);
        var error = await Assert.ThrowsAsync<SnapshotException>(() => guest.Lab.RevertAsync(GuestLab.Name, "s1"));
        Assert.Contains("memory image", error.Message);
        Assert.Equal(before, await guest.Lab.FactsAsync(GuestLab.Name));
        Assert.Equal((process, state), (await guest.ProcessIdAsync(), await guest.StateAsync()));
    }

    [Fact]
    public async Task A_missing_or_corrupt_image_is_named_and_nothing_is_touched()
    {
        await using var lab = new EngineLab();
        var disk = await lab.CreateDiskAsync("a.qcow2", 0xa0);
        await lab.DefineAsync("vm", disk);
        await lab.CreateAsync("vm", "s1");
        File.Move(disk.Value, disk.Value + ".away");
        Assert.Contains(disk.Value, (await Assert.ThrowsAsync<SnapshotException>(() => lab.CreateAsync("vm", "s2"))).Message);
        Assert.Contains(disk.Value, (await Assert.ThrowsAsync<SnapshotException>(() => lab.RevertAsync("vm", "s1"))).Message);
        Assert.Contains(disk.Value, (await Assert.ThrowsAsync<SnapshotException>(() => lab.DeleteAsync("vm", "s1"))).Message);

        await File.WriteAllTextAsync(disk.Value, "this is no image", lab.Token);
        var error = await Assert.ThrowsAsync<SnapshotException>(() => lab.RevertAsync("vm", "s1"));
        Assert.Contains("damaged", error.Message);
        File.Move(disk.Value + ".away", disk.Value, overwrite: true);
        await lab.RevertAsync("vm", "s1");
    }

    [Fact]
    public async Task An_overlay_path_that_exists_is_refused_and_the_file_is_untouched()
    {
        await using var lab = new EngineLab();
        await lab.DefineAsync("vm", await lab.CreateDiskAsync("a.qcow2", 0xa0));
        var taken = new ImagePath($"{lab.Disks}/taken.qcow2");
        await File.WriteAllTextAsync(taken.Value, "precious", lab.Token);
        var before = await lab.FactsAsync("vm");
        var error = await Assert.ThrowsAsync<SnapshotException>(
            () => lab.CreateAsync("vm", "s1", request => request with { Disks = [new DiskChoice("vda", null, taken)] }));
        Assert.Equal(ErrorCode.ConfigUnsupported, error.Code);
        Assert.Equal(before, await lab.FactsAsync("vm"));
        Assert.Equal("precious", await File.ReadAllTextAsync(taken.Value, lab.Token));
    }

    [Fact]
    public async Task Two_commands_at_once_and_the_second_is_told_who_holds_the_domain()
    {
        await using var lab = new EngineLab();
        await lab.DefineAsync("vm", await lab.CreateDiskAsync("a.qcow2", 0xa0));
        using var other = lab.Open();
        using var held = await other.Sessions.OpenAsync("vm", "delete s0", lab.Quiet, lab.Token);
        var error = await Assert.ThrowsAsync<SnapshotException>(() => lab.CreateAsync("vm", "s1"));
        Assert.Equal(ErrorCode.OperationTimeout, error.Code);
        Assert.Contains("'delete s0' (process ", error.Message);
    }

    [Theory]
    [InlineData("vor dem Update", true)]
    [InlineData("更新前", true)]
    [InlineData("до обновления", true)]
    [InlineData("a/b", false)]
    [InlineData("", false)]
    [InlineData("two\nlines", false)]
    [InlineData(".hidden", false)]
    public async Task Names_of_any_script_work_and_dangerous_ones_are_refused(string name, bool works)
    {
        await using var lab = new EngineLab();
        await lab.DefineAsync("vm", await lab.CreateDiskAsync("a.qcow2", 0xa0));
        if (!works)
        {
            await Assert.ThrowsAsync<SnapshotException>(() => lab.CreateAsync("vm", name));
            return;
        }

        await lab.CreateAsync("vm", name);
        await lab.CreateAsync("vm", "inside " + name, request => request with { Memory = MemoryLocation.Internal });
        await lab.RevertAsync("vm", name);
        await lab.DeleteAsync("vm", "inside " + name);
        await lab.DeleteAsync("vm", name);
        Assert.Empty(lab.Unclaimed("vm"));
    }

    [Fact]
    public async Task The_longest_name_works_and_one_of_300_characters_or_one_that_is_taken_changes_nothing()
    {
        await using var lab = new EngineLab();
        await lab.DefineAsync("vm", await lab.CreateDiskAsync("a.qcow2", 0xa0));
        var longest = new string('更', 255);
        await lab.CreateAsync("vm", longest);
        var before = await lab.FactsAsync("vm");
        Assert.Contains("at most 255", (await Assert.ThrowsAsync<SnapshotException>(() => lab.CreateAsync("vm", new string('x', 300)))).Message);
        var taken = await Assert.ThrowsAsync<SnapshotException>(() => lab.CreateAsync("vm", longest));
        Assert.Equal(ErrorCode.OperationFailed, taken.Code);
        Assert.Contains("already has a snapshot called", taken.Message);
        Assert.Equal(before, await lab.FactsAsync("vm"));
        await lab.DeleteAsync("vm", longest);
        Assert.Empty(lab.Unclaimed("vm"));
    }

    [Fact]
    public async Task A_cancelled_create_leaves_everything_as_it_was()
    {
        await using var guest = await GuestLab.StartAsync();
        var state = await guest.StateAsync();
        var before = await guest.Lab.FactsAsync(GuestLab.Name);
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(guest.Token);
        var progress = new CancelAt(cancel, "save the guest's memory");
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => guest.Lab.Engine.Snapshots.CreateAsync(
            GuestLab.Name, new CreateRequest(SnapshotName.Parse("s1")), progress, cancel.Token));
        Assert.Equal(before, await guest.Lab.FactsAsync(GuestLab.Name));
        Assert.Equal(state, await guest.StateAsync());
    }

    private static int StepOf<T>(Plan plan) => plan.Steps.Select((step, at) => (step, at)).Single(pair => pair.step is T).at;

    /// <summary>A stream so slow that it is at work until the guest ends.</summary>
    private static async Task StartForeignJobAsync(GuestLab guest)
    {
        await using var qmp = await ConnectAsync(guest);
        var job = new JsonObject { ["job-id"] = "foreign", ["device"] = await TopNodeAsync(qmp, "vdb"), ["speed"] = 1 };
        await qmp.ExecuteAsync("block-stream", job, ct: guest.Token);
    }

    private static async Task<QmpClient> ConnectAsync(GuestLab guest)
    {
        var socket = Directory.GetFiles($"{guest.Lab.Folder}/run", "ops", SearchOption.AllDirectories).Single();
        return await QmpClient.ConnectAsync(socket, new QmpClientOptions(), guest.Token);
    }

    private static async Task<string> TopNodeAsync(QmpClient qmp, string disk)
    {
        var blocks = await qmp.ExecuteAsync("query-block");
        return blocks.EnumerateArray().First(block => block.GetProperty("qdev").GetString()!.Contains($"disk-{disk}"))
            .GetProperty("inserted").GetProperty("node-name").GetString()!;
    }

    private sealed class CancelAt(CancellationTokenSource source, string step) : IProgress<OperationProgress>
    {
        public void Report(OperationProgress value)
        {
            if (value.Step.StartsWith(step, StringComparison.Ordinal))
            {
                source.Cancel();
            }
        }
    }

    private sealed class ActAt(DurablePoint where, Action act) : IDurablePoints
    {
        public void Reached(DurablePoint point)
        {
            if (point == where)
            {
                act();
            }
        }
    }
}
