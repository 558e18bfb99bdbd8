using Snaptree.Model;
using Snaptree.Platform;
using Snaptree.TestKit;

namespace Snaptree.Engine.Tests.Quiesce;

/// <summary>QEMU's own agent in a real guest that writes to a file system all the time.</summary>
public sealed class QuiescedGuestTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task A_quiesced_snapshot_holds_a_clean_file_system_and_the_guest_writes_on()
    {
        await using var guest = await AgentLab.StartAsync(runAgent: true, QuiesceRoles.Guard);
        await guest.WriteOnAsync();
        var torn = await guest.Lab.CreateAsync(AgentLab.Name, "torn", request => request with { DiskOnly = true });
        await guest.WriteOnAsync();
        var clean = await guest.Lab.CreateAsync(AgentLab.Name, "clean", Quiesced);
        Assert.False(guest.HasMark);
        await guest.WriteOnAsync();

        Assert.False(await guest.IsCleanAsync(torn));
        Assert.True(await guest.IsCleanAsync(clean));
        Assert.Null(await guest.Lab.RecoverAsync(AgentLab.Name));
        Assert.Empty(guest.Lab.Unclaimed(AgentLab.Name));
    }

    [Fact]
    public async Task Without_an_agent_in_the_guest_it_is_86_in_time_and_everything_is_as_before()
    {
        await using var guest = await AgentLab.StartAsync(runAgent: false, QuiesceRoles.Guard, Hasty);
        await ExpectRefusedAsync(guest);
        await guest.AgentAsync("start");
        await guest.AgentAsync("kill");
        await ExpectRefusedAsync(guest);
    }

    [Fact]
    public async Task An_agent_that_hangs_is_86_in_time_and_what_it_was_asked_does_no_harm_later()
    {
        await using var guest = await AgentLab.StartAsync(runAgent: true, QuiesceRoles.Guard);
        await guest.Lab.CreateAsync(AgentLab.Name, "s0", Quiesced);
        await guest.AgentAsync("stop");
        await ExpectRefusedAsync(guest);
        await guest.AgentAsync("continue");
        await guest.WriteOnAsync();
        Assert.True(await guest.IsCleanAsync(await guest.Lab.CreateAsync(AgentLab.Name, "s1", Quiesced)));
        await guest.WriteOnAsync();
    }

    [Fact]
    public async Task An_agent_that_hangs_while_the_guest_is_frozen_is_told_loudly_and_the_guard_thaws_as_soon_as_it_goes_on()
    {
        await using var guest = await AgentLab.StartAsync(
            runAgent: true, QuiesceRoles.Guard, settings => Hasty(settings) with { ThawGuardDeadline = TimeSpan.FromSeconds(1) });
        await guest.WriteOnAsync();
        guest.Lab.Reopen(new OnceFrozen(() => guest.AgentAsync("stop")));
        var error = await Assert.ThrowsAsync<SnapshotException>(() => guest.Lab.CreateAsync(AgentLab.Name, "s1", Quiesced));
        Assert.Equal((ErrorCode.AgentUnresponsive, false), (error.Code, error.IsUnfinished));
        Assert.Contains("MAY STILL BE FROZEN", error.Message);
        Assert.True(guest.HasMark);
        Assert.True(await guest.CannotWriteAsync());
        Assert.True(await guest.IsCleanAsync(guest.Lab.Engine.Catalogue.LoadTree(guest.Lab.Engine.Sessions.Find(AgentLab.Name).Uuid).Current!));

        await guest.AgentAsync("continue");
        await guest.WriteOnAsync();
    }

    [Fact]
    public async Task Killed_between_freeze_and_thaw_the_guest_is_thawed_without_another_command()
    {
        await using var guest = await AgentLab.StartAsync(runAgent: true, QuiesceRoles.Guard);
        await guest.WriteOnAsync();
        var before = await guest.Lab.FactsAsync(AgentLab.Name);
        using var killed = CancellationTokenSource.CreateLinkedTokenSource(guest.Token);
        var frozen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var command = new ProcessCommand(Program.Path, ["--role", "freeze-and-wait", guest.Lab.Folder])
        {
            OnOutput = line => _ = line == "frozen" && frozen.TrySetResult(),
        };
        var run = new ProcessRunner(TimeProvider.System).RunAsync(command, killed.Token);
        await frozen.Task.WaitAsync(Patience, guest.Token);
        Assert.True(await guest.CannotWriteAsync());
        Assert.True(guest.HasMark);

        await killed.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        await guest.WriteOnAsync();
        Assert.Equal(OperationState.Undone, (await guest.Lab.RecoverAsync(AgentLab.Name))!.Outcome);
        Assert.Equal(before, await guest.Lab.FactsAsync(AgentLab.Name));
        Assert.False(guest.HasMark);
        await guest.Lab.CreateAsync(AgentLab.Name, "s2", Quiesced);
        await guest.WriteOnAsync();
    }

    private static CreateRequest Quiesced(CreateRequest request) => request with { DiskOnly = true, Quiesce = true };

    private static Drivers.Qemu.QemuSettings Hasty(Drivers.Qemu.QemuSettings settings) => settings with { AgentDeadline = TimeSpan.FromSeconds(2) };

    private static async Task ExpectRefusedAsync(AgentLab guest)
    {
        var before = await guest.Lab.FactsAsync(AgentLab.Name);
        var began = TimeProvider.System.GetTimestamp();
        var error = await Assert.ThrowsAsync<SnapshotException>(() => guest.Lab.CreateAsync(AgentLab.Name, "no", Quiesced));
        Assert.InRange(TimeProvider.System.GetElapsedTime(began), TimeSpan.Zero, Patience);
        Assert.Equal((ErrorCode.AgentUnresponsive, false), (error.Code, error.IsUnfinished));
        Assert.False(guest.HasMark);
        Assert.Equal(before, await guest.Lab.FactsAsync(AgentLab.Name));
        await guest.WriteOnAsync();
    }

    /// <summary>Does something when the guest has just been frozen: the next intent is the switch.</summary>
    private sealed class OnceFrozen(Func<Task> act) : IDurablePoints
    {
        private int intents;

        public void Reached(DurablePoint point)
        {
            if (point.Name == "intent" && ++intents == 4)
            {
                act().GetAwaiter().GetResult();
            }
        }
    }
}
