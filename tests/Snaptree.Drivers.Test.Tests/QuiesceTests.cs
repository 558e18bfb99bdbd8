using Snaptree.Engine;
using Snaptree.Model;

namespace Snaptree.Drivers.Test.Tests;

/// <summary>The guest's file systems are held still while its disks are switched, and not a step longer.</summary>
public sealed class QuiesceTests
{
    private static readonly DriverCall[] Cut = [DriverCall.Freeze, DriverCall.SwitchDisks, DriverCall.Thaw];

    [Fact]
    public async Task The_guest_is_frozen_for_the_switch_alone_and_cannot_write_meanwhile()
    {
        await using var lab = await StartAsync();
        lab.Host.Faults.On(DriverCall.SwitchDisks, () => Assert.Throws<InvalidOperationException>(() => lab.Mark(2)));
        await lab.CreateAsync("s1", Quiesced);
        Assert.Equal(Cut, lab.Host.Faults.Calls.Where(call => call is DriverCall.SwitchDisks or DriverCall.Freeze or DriverCall.Thaw));
        lab.Mark(3);
        Assert.Empty(await lab.FaultsAsync());
    }

    [Fact]
    public async Task Without_an_agent_it_is_86_and_everything_is_as_before()
    {
        await using var lab = await StartAsync(new TestHostSettings(TimeProvider.System) { IsStrict = true, HasAgents = false });
        var before = await lab.FactsAsync();
        var error = await Assert.ThrowsAsync<SnapshotException>(() => lab.CreateAsync("s1", Quiesced));
        Assert.Equal((ErrorCode.AgentUnresponsive, false), (error.Code, error.IsUnfinished));
        Assert.Equal(before, await lab.FactsAsync());
        Assert.Empty(await lab.FaultsAsync());
        await lab.CreateAsync("s1", request => request with { DiskOnly = true });
    }

    [Fact]
    public async Task A_guest_that_cannot_be_thawed_is_told_loudly_the_snapshot_is_taken_and_recover_thaws_it()
    {
        await using var lab = await StartAsync();
        Refuse(lab, DriverCall.Thaw, times: 2);
        var error = await Assert.ThrowsAsync<SnapshotException>(() => lab.CreateAsync("s1", Quiesced));
        Assert.Equal((ErrorCode.AgentUnresponsive, false), (error.Code, error.IsUnfinished));
        Assert.Contains("MAY STILL BE FROZEN", error.Message);
        Assert.Contains("The snapshot was taken", error.Message);
        Assert.Contains("snaptree recover vm", error.Remedy);
        Assert.Equal(["the guest is frozen"], await lab.FaultsAsync());
        Assert.Equal("s1", lab.Engine.Catalogue.LoadTree(lab.Domain.Uuid).Current!.Name.Value);

        Assert.Null(await lab.RecoverAsync());
        lab.Mark(2);
        Assert.Empty(await lab.FaultsAsync());
    }

    [Fact]
    public async Task A_thaw_that_fails_once_is_tried_again_and_nobody_needs_to_know()
    {
        await using var lab = await StartAsync();
        Refuse(lab, DriverCall.Thaw, times: 1);
        await lab.CreateAsync("s1", Quiesced);
        Assert.Empty(await lab.FaultsAsync());
    }

    [Fact]
    public async Task A_frozen_guest_that_hangs_can_be_ended()
    {
        await using var lab = await StartAsync();
        Refuse(lab, DriverCall.Thaw, times: 3);
        await Assert.ThrowsAsync<SnapshotException>(() => lab.CreateAsync("s1", Quiesced));
        await lab.DestroyAsync();
        Assert.Empty(await lab.FaultsAsync());
    }

    [Fact]
    public async Task A_failed_switch_after_which_the_guest_cannot_be_thawed_tells_both()
    {
        await using var lab = await StartAsync();
        var before = await lab.FactsAsync();
        lab.Host.Faults.Fail(DriverCall.SwitchDisks, new SnapshotException(ErrorCode.OperationFailed, "the switch is stuck", "Oil it."));
        Refuse(lab, DriverCall.Thaw, times: 2);
        var error = await Assert.ThrowsAsync<SnapshotException>(() => lab.CreateAsync("s1", Quiesced));
        Assert.Equal(ErrorCode.AgentUnresponsive, error.Code);
        Assert.Contains("the switch is stuck", error.Message);
        Assert.Equal(before, await lab.FactsAsync());
        await lab.RecoverAsync();
        Assert.Empty(await lab.FaultsAsync());
    }

    [Fact]
    public async Task A_guest_that_somebody_thawed_too_early_gives_no_snapshot_that_calls_itself_quiet()
    {
        await using var lab = await StartAsync();
        var agent = new TestDriver(lab.Host).Agent;
        lab.Host.Faults.On(DriverCall.SwitchDisks, () => agent.ThawAsync(StepContext.SpecOf(lab.Domain), lab.Token).Wait(lab.Token));
        var error = await Assert.ThrowsAsync<SnapshotException>(() => lab.CreateAsync("s1", Quiesced));
        Assert.True(error.IsUnfinished);
        Assert.Contains("thawed before we asked", error.Message);
        Assert.Equal(OperationState.Succeeded, (await lab.RecoverAsync())!.Outcome);
        Assert.Empty(await lab.FaultsAsync());
    }

    private static CreateRequest Quiesced(CreateRequest request) => request with { DiskOnly = true, Quiesce = true };

    private static void Refuse(TestLab lab, DriverCall call, int times)
    {
        for (var nth = 1; nth <= times; nth++)
        {
            lab.Host.Faults.Fail(call, new SnapshotException(ErrorCode.AgentUnresponsive, "the agent is asleep", "Wake it."), nth);
        }
    }

    private static async Task<TestLab> StartAsync(TestHostSettings? settings = null)
    {
        var lab = new TestLab(settings is null ? null : new TestHost(settings));
        await lab.DefineAsync();
        await lab.StartAsync();
        return lab;
    }
}
