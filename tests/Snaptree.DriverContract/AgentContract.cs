using Snaptree.Drivers;
using Snaptree.Model;
using static Snaptree.DriverContract.Disks;

namespace Snaptree.DriverContract;

/// <summary><see cref="IGuestAgent"/>, as far as a guest without a program of its own goes.</summary>
public abstract class AgentContract<TBench>
    where TBench : DriverBench, new()
{
    [Fact]
    public async Task Without_a_channel_there_is_no_agent()
    {
        await using var bench = new TBench();
        await ExpectSilentAsync(bench, await bench.StartAsync((Vda, await bench.CreateAsync("a.qcow2", 0xa0), ImageFormat.Qcow2)));
    }

    [Fact]
    public async Task In_a_guest_that_stands_still_no_agent_answers_and_nothing_is_frozen()
    {
        await using var bench = new TBench();
        var domain = bench.Define((Vda, await bench.CreateAsync("a.qcow2", 0xa0), ImageFormat.Qcow2));
        domain = domain with { Definition = domain.Definition with { Agent = new AgentChannel(SocketPath: null) } };
        await bench.LaunchAsync(domain);
        await ExpectSilentAsync(bench, domain);
    }

    [Fact]
    public async Task Where_nothing_is_frozen_there_is_nothing_to_thaw()
    {
        await using var bench = new TBench();
        var domain = bench.Define((Vda, await bench.CreateAsync("a.qcow2", 0xa0), ImageFormat.Qcow2));
        foreach (var one in new[] { domain with { Instance = null }, domain, await bench.StartAsync((Vda, domain.ActiveImages[Vda], ImageFormat.Qcow2)) })
        {
            Assert.False(bench.Driver.Agent.MayBeFrozen(one));
            Assert.False(await bench.Driver.Agent.ThawAsync(one, bench.Token));
        }
    }

    private static async Task ExpectSilentAsync(DriverBench bench, DomainSpec domain)
    {
        var error = await Assert.ThrowsAsync<SnapshotException>(() => bench.Driver.Agent.FreezeAsync(domain, bench.Token));
        Assert.Equal((ErrorCode.AgentUnresponsive, domain.Name), (error.Code, error.Domain));
        Assert.NotEmpty(error.Remedy);
        Assert.False(bench.Driver.Agent.MayBeFrozen(domain));
    }
}
