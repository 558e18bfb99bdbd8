using Snaptree.Platform;

namespace Snaptree.Drivers.Qemu.Tests;

/// <summary>The guard waits for the end of a process or of its patience, and then thaws.</summary>
public sealed class ThawGuardTests
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);
    private static readonly ProcessIdentity Dead = ProcessIdentity.Find(Environment.ProcessId)! with { StartTicks = 1 };
    private static readonly ProcessIdentity Living = ProcessIdentity.Find(Environment.ProcessId)!;

    [Fact]
    public async Task It_thaws_when_the_process_has_ended_and_takes_the_mark_away()
    {
        await using var agent = new ScriptedAgent(ThawAsync);
        Assert.True(await Guard(agent).RunAsync(Dead, Long, agent.Token));
        Assert.False(File.Exists(agent.Mark));
    }

    [Fact]
    public async Task It_thaws_under_a_living_process_when_its_time_is_over()
    {
        await using var agent = new ScriptedAgent(ThawAsync);
        Assert.True(await Guard(agent).RunAsync(Living, TimeSpan.FromMilliseconds(50), agent.Token));
        Assert.False(File.Exists(agent.Mark));
    }

    [Fact]
    public async Task It_tries_again_until_the_agent_answers()
    {
        await using var agent = new ScriptedAgent(
            async peer =>
            {
                await peer.SyncAsync();
                await peer.AnswerAsync("guest-fsfreeze-thaw", """{"error": {"class": "GenericError", "desc": "not now"}}""");
            },
            ThawAsync);
        Assert.True(await Guard(agent).RunAsync(Dead, Long, agent.Token));
    }

    [Fact]
    public async Task It_goes_when_the_hypervisor_is_gone_and_when_its_patience_is_over()
    {
        await using var agent = new ScriptedAgent(peer => peer.WaitForCloseAsync());
        Assert.False(await new ThawGuard(agent.SocketPath, TimeProvider.System)
        {
            AgentDeadline = TimeSpan.FromMilliseconds(100),
            RetryDeadline = TimeSpan.Zero,
        }.RunAsync(Dead, Long, agent.Token));
        Assert.True(File.Exists(agent.Mark));
        Assert.True(await new ThawGuard($"{agent.SocketPath}.gone", TimeProvider.System).RunAsync(Dead, Long, agent.Token));
    }

    [Fact]
    public async Task It_names_itself_in_the_mark_before_it_waits_and_goes_when_somebody_else_has_thawed()
    {
        await using var agent = new ScriptedAgent();
        var run = Guard(agent).RunAsync(Living, TimeSpan.FromSeconds(2), agent.Token);
        var mark = new FreezeMark(agent.SocketPath);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!mark.Exists)
        {
            await timer.WaitForNextTickAsync(agent.Token);
        }

        Assert.Equal(Living, mark.ReadGuard());
        mark.Clear();
        Assert.True(await run);
    }

    private static ThawGuard Guard(ScriptedAgent agent) => new(agent.SocketPath, TimeProvider.System);

    private static async Task ThawAsync(ScriptedAgentPeer peer)
    {
        await peer.SyncAsync();
        await peer.AnswerAsync("guest-fsfreeze-thaw", """{"return": 1}""");
    }
}
