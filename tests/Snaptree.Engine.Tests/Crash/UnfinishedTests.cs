using Snaptree.Model;
using Snaptree.TestKit;

namespace Snaptree.Engine.Tests;

/// <summary>When the facts fit neither direction, recovery stops and says all that is needed to decide.</summary>
public sealed class UnfinishedTests
{
    [Fact]
    public async Task Recovery_that_cannot_go_on_tells_plan_facts_and_safe_commands()
    {
        await using var lab = new EngineLab();
        var disk = await lab.CreateDiskAsync("a.qcow2", 0xa0);
        await lab.DefineAsync("vm", disk);
        await lab.CreateAsync("vm", "s1");
        await lab.FillAsync((await lab.ActiveAsync("vm")).Path, 0xa1, "1M", "512k");
        var overlay = (await lab.ActiveAsync("vm")).Path;
        var plan = await lab.Engine.Snapshots.PlanDeleteAsync("vm", "s1", new DeleteRequest(), lab.Token);
        Assert.IsType<CommitImageStep>(plan.Steps[plan.NoReturnIndex]);
        lab.Reopen(new CrashClock(1, point => point == new DurablePoint("intent", plan.NoReturnIndex)));
        await Assert.ThrowsAsync<StoppedAtDurablePointException>(() => lab.DeleteAsync("vm", "s1"));
        lab.Reopen();
        File.Move(disk.Value, $"{disk}.away");

        foreach (var act in new Func<Task>[] { () => lab.RecoverAsync("vm"), () => lab.CreateAsync("vm", "s2") })
        {
            var error = await Assert.ThrowsAsync<SnapshotException>(act);
            Assert.True(error.IsUnfinished);
            Assert.Contains("snaptree recover vm", error.Remedy);
            var at = plan.NoReturnIndex + 1;
            foreach (var line in new[]
            {
                $"  {at} begun  commit {overlay} down into {disk} (vda)   <- point of no return\n",
                $"  {at + 1} -      write the catalogue\n",
                "  state shutoff\n",
                $"  disk vda by its headers {overlay} <- {disk} (not there)\n",
                $"  file {disk}: not there\n",
                $"  file {overlay}: there\n",
                "  snaptree recover vm\n",
                $"  qemu-img info -U --backing-chain {overlay}",
            })
            {
                Assert.Contains(line, error.Details);
            }
        }

        File.Move($"{disk}.away", disk.Value);
        Assert.Equal(OperationState.Succeeded, (await lab.RecoverAsync("vm"))!.Outcome);
        Assert.Empty(lab.Unclaimed("vm"));
    }
}
