using System.Text;

namespace Snaptree.Drivers.Qemu.Tests;

/// <summary>The conversation with an agent that behaves, badly or not at all.</summary>
public sealed class AgentClientTests
{
    private static readonly TimeSpan Plenty = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Little = TimeSpan.FromMilliseconds(200);

    [Fact]
    public async Task A_conversation_freezes_and_thaws()
    {
        await using var agent = new ScriptedAgent(async peer =>
        {
            await peer.SyncAsync();
            await peer.AnswerAsync("guest-fsfreeze-status", """{"return": "thawed"}""");
            await peer.AnswerAsync("guest-fsfreeze-freeze", """{"return": 3}""");
            await peer.AnswerAsync("guest-fsfreeze-status", """{"return": "frozen"}""");
            await peer.AnswerAsync("guest-fsfreeze-thaw", """{"return": 2}""");
        });
        using var client = await ConnectAsync(agent);
        Assert.Equal(AgentFreezeState.Thawed, await client.StatusAsync(Plenty, agent.Token));
        Assert.Equal(3, await client.FreezeAsync(Plenty, agent.Token));
        Assert.Equal(AgentFreezeState.Frozen, await client.StatusAsync(Plenty, agent.Token));
        Assert.Equal(2, await client.ThawAsync(Plenty, agent.Token));
    }

    [Fact]
    public async Task Answers_that_an_earlier_client_did_not_wait_for_are_passed_over()
    {
        await using var agent = new ScriptedAgent(async peer =>
        {
            var id = await peer.HearSyncAsync();
            await peer.SayAsync("{\"return\": 1}\n{\"retu");
            await peer.SaySyncAsync(id + 1);
            await peer.SaySyncAsync(id);
            await peer.AnswerAsync("guest-fsfreeze-thaw", """{"return": 7}""");
        });
        using var client = await ConnectAsync(agent);
        Assert.Equal(7, await client.ThawAsync(Plenty, agent.Token));
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("no sync")]
    [InlineData("another number")]
    public async Task An_agent_that_does_not_begin_is_silent_when_its_time_is_over(string way)
    {
        await using var agent = new ScriptedAgent(async peer =>
        {
            var id = await peer.HearSyncAsync();
            await (way switch
            {
                "no sync" => peer.SayAsync($$"""{"return": {{id}}}""" + "\n"),
                "another number" => peer.SaySyncAsync(id - 1),
                _ => Task.CompletedTask,
            });
            await peer.WaitForCloseAsync();
        });
        await Assert.ThrowsAsync<AgentSilentException>(() => AgentClient.ConnectAsync(agent.SocketPath, Little, TimeProvider.System, agent.Token));
    }

    [Fact]
    public async Task A_closed_connection_is_silence_at_once_and_a_missing_socket_says_that_the_hypervisor_is_gone()
    {
        await using var agent = new ScriptedAgent(peer => peer.HearSyncAsync());
        var closed = await Assert.ThrowsAsync<AgentSilentException>(() => ConnectAsync(agent));
        Assert.False(closed.IsHypervisorGone);
        var missing = await Assert.ThrowsAsync<AgentSilentException>(
            () => AgentClient.ConnectAsync($"{agent.SocketPath}.gone", Plenty, TimeProvider.System, agent.Token));
        Assert.True(missing.IsHypervisorGone);
    }

    [Fact]
    public async Task An_agent_that_says_no_is_quoted()
    {
        const string No = """{"error": {"class": "GenericError", "desc": "failed to freeze /srv: busy"}}""";
        var error = await AskAsync(No);
        Assert.Equal(("GenericError", No), (error.ErrorClass, error.Words));
        Assert.Contains("failed to freeze /srv: busy", error.Message);
    }

    [Theory]
    [InlineData("""{"return": "three"}""")]
    [InlineData("""{"return": -1}""")]
    [InlineData("""{"return": 1.5}""")]
    [InlineData("""{"return": 99999999999999}""")]
    [InlineData("""{"return": {}}""")]
    [InlineData("""{"error": "no"}""")]
    [InlineData("""{"error": {"class": 5, "desc": []}}""")]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("17")]
    [InlineData("{\"return\": 1")]
    [InlineData("}{")]
    public async Task An_answer_that_makes_no_sense_is_an_error_that_shows_it(string answer)
    {
        var error = await AskAsync(answer);
        Assert.Equal((AgentRefusedException.Nonsense, answer), (error.ErrorClass, error.Words));
    }

    [Fact]
    public async Task Nesting_without_end_and_bytes_that_are_no_text_are_errors_too()
    {
        Assert.Equal(AgentRefusedException.Nonsense, (await AskAsync(new string('[', 10_000))).ErrorClass);
        Assert.Equal(AgentRefusedException.Nonsense, (await AskAsync([0xFF, 0xC0, 0x80, 0x00, (byte)'\n'])).ErrorClass);
    }

    [Fact]
    public async Task A_line_without_end_is_refused_before_it_fills_memory()
    {
        var error = await AskAsync(Encoding.ASCII.GetBytes(new string('x', 200_000)));
        Assert.InRange(error.Words.Length, 1, 300);
    }

    [Fact]
    public async Task Talk_without_a_sentinel_is_refused_before_it_goes_on_for_ever()
    {
        await using var agent = new ScriptedAgent(async peer =>
        {
            await peer.HearSyncAsync();
            await peer.SayAsync(new string('\n', 2_000_000));
            await peer.WaitForCloseAsync();
        });
        await Assert.ThrowsAsync<AgentRefusedException>(() => ConnectAsync(agent));
    }

    [Fact]
    public async Task Cancelling_is_not_silence()
    {
        await using var agent = new ScriptedAgent(async peer =>
        {
            await peer.HearSyncAsync();
            await peer.WaitForCloseAsync();
        });
        using var user = new CancellationTokenSource(Little);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => AgentClient.ConnectAsync(agent.SocketPath, Plenty, TimeProvider.System, user.Token));
    }

    private static Task<AgentRefusedException> AskAsync(string answer) => AskAsync(Encoding.UTF8.GetBytes(answer + "\n"));

    private static async Task<AgentRefusedException> AskAsync(byte[] answer)
    {
        await using var agent = new ScriptedAgent(async peer =>
        {
            await peer.SyncAsync();
            await peer.HearAsync("guest-fsfreeze-freeze");
            await peer.SendAsync(answer);
            await peer.WaitForCloseAsync();
        });
        using var client = await ConnectAsync(agent);
        return await Assert.ThrowsAsync<AgentRefusedException>(() => client.FreezeAsync(Plenty, agent.Token));
    }

    private static Task<AgentClient> ConnectAsync(ScriptedAgent agent) =>
        AgentClient.ConnectAsync(agent.SocketPath, Plenty, TimeProvider.System, agent.Token);
}
