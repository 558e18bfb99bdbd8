using Snaptree.Model;
using Snaptree.TestKit;

namespace Snaptree.Engine.Tests;

/// <summary>
/// The crash matrix with a running guest: the engine is stopped at every durable point, a new one recovers, and the guest itself says
/// whether its memory and disks are exactly those of "before" or exactly those of "after".
/// </summary>
public sealed class RunningCrashTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_create_stopped_anywhere_never_touches_the_guest(bool diskOnly)
    {
        await using var guest = await GuestLab.StartAsync();
        await guest.MarkAsync(1);
        var state = await guest.StateAsync();
        var outcomes = await EveryPointAsync(guest, async (point, recover) =>
        {
            var before = await guest.Lab.FactsAsync(GuestLab.Name);
            var outcome = await recover(() => guest.Lab.CreateAsync(GuestLab.Name, $"p{point}", request => request with { DiskOnly = diskOnly }));
            Assert.Equal(state, await guest.StateAsync());
            Assert.Equal(DomainState.Running, await guest.DomainStateAsync());
            if (outcome == OperationState.Undone)
            {
                Assert.Equal(before, await guest.Lab.FactsAsync(GuestLab.Name));
            }
            else
            {
                Assert.Equal($"p{point}", Current(guest));
                await guest.Lab.DeleteAsync(GuestLab.Name, $"p{point}");
            }

            return outcome;
        });
        Assert.Contains(OperationState.Undone, outcomes);
        Assert.Contains(OperationState.Succeeded, outcomes);
    }

    [Fact]
    public async Task A_revert_stopped_anywhere_ends_in_the_present_or_in_the_snapshot()
    {
        await using var guest = await GuestLab.StartAsync();
        await guest.MarkAsync(1);
        var snapshot = await guest.StateAsync();
        await guest.Lab.CreateAsync(GuestLab.Name, "s1");
        var outcomes = await EveryPointAsync(guest, async (point, recover) =>
        {
            await guest.MarkAsync(2 + (point % 5));
            var present = await guest.StateAsync();
            var outcome = await recover(() => guest.Lab.RevertAsync(GuestLab.Name, "s1"));
            Assert.Equal(outcome == OperationState.Undone ? present : snapshot, await guest.StateAsync());
            Assert.Equal(DomainState.Running, await guest.DomainStateAsync());
            return outcome;
        });
        Assert.Contains(OperationState.Undone, outcomes);
        Assert.Contains(OperationState.Succeeded, outcomes);
    }

    [Fact]
    public async Task A_delete_under_the_guest_stopped_anywhere_changes_nothing_for_it()
    {
        await using var guest = await GuestLab.StartAsync();
        var outcomes = await EveryPointAsync(guest, async (point, recover) =>
        {
            await guest.Lab.CreateAsync(GuestLab.Name, $"p{point}", request => request with { DiskOnly = true });
            await guest.MarkAsync(1 + (point % 5));
            var present = await guest.StateAsync();
            var outcome = await recover(() => guest.Lab.DeleteAsync(GuestLab.Name, $"p{point}"));
            Assert.Equal(present, await guest.StateAsync());
            Assert.Equal(DomainState.Running, await guest.DomainStateAsync());
            if (outcome == OperationState.Undone)
            {
                await guest.Lab.DeleteAsync(GuestLab.Name, $"p{point}");
            }

            Assert.Null(Current(guest));
            return outcome;
        });
        Assert.Contains(OperationState.Undone, outcomes);
        Assert.Contains(OperationState.Succeeded, outcomes);
    }

    [Theory]
    [InlineData("intent", typeof(CommitImageStep))]
    [InlineData("acted", typeof(CommitImageStep))]
    [InlineData("intent", typeof(PivotStep))]
    [InlineData("acted", typeof(PivotStep))]
    [InlineData("done", typeof(RecordStep))]
    public async Task Qemu_and_the_engine_killed_in_the_middle_of_a_commit_lose_no_byte(string instant, Type step)
    {
        await using var guest = await GuestLab.StartAsync();
        await guest.Lab.CreateAsync(GuestLab.Name, "s1", request => request with { DiskOnly = true });
        await guest.MarkAsync(3);
        var present = await guest.StateAsync();
        await StopAtAsync(guest, instant, step, () => guest.Lab.DeleteAsync(GuestLab.Name, "s1"));
        await guest.KillQemuAsync();
        guest.Lab.Reopen();
        Assert.Equal(OperationState.Succeeded, (await guest.Lab.RecoverAsync(GuestLab.Name))!.Outcome);

        await guest.BootAsync();
        var booted = await guest.StateAsync();
        Assert.Equal((present.Vda, present.Vdb), (booted.Vda, booted.Vdb));
        Assert.Equal(2, Directory.GetFiles(guest.Lab.Disks).Length);
    }

    [Fact]
    public async Task What_the_guest_writes_after_a_pivot_is_never_overwritten_by_a_repeated_commit()
    {
        await using var guest = await GuestLab.StartAsync();
        await guest.Lab.CreateAsync(GuestLab.Name, "s1", request => request with { DiskOnly = true });
        await guest.MarkAsync(3);
        await StopAtAsync(guest, "acted", typeof(ResumeGuestStep), () => guest.Lab.DeleteAsync(GuestLab.Name, "s1"));
        await guest.MarkAsync(3);
        await guest.MarkAsync(4);
        var present = await guest.StateAsync();
        await guest.KillQemuAsync();
        guest.Lab.Reopen();
        await guest.Lab.RecoverAsync(GuestLab.Name);
        await guest.BootAsync();
        var booted = await guest.StateAsync();
        Assert.Equal((present.Vda, present.Vdb), (booted.Vda, booted.Vdb));
    }

    /// <summary>Acts once for every durable point, until one action ends without reaching its point.</summary>
    private static async Task<HashSet<OperationState>> EveryPointAsync(
        GuestLab guest, Func<int, Func<Func<Task>, Task<OperationState>>, Task<OperationState>> act)
    {
        var outcomes = new HashSet<OperationState>();
        for (var point = 1; ; point++)
        {
            var stopped = true;
            var outcome = await act(point, async operation =>
            {
                guest.Lab.Reopen(new CrashClock(point, CrashClock.AroundActs));
                try
                {
                    await operation();
                    stopped = false;
                }
                catch (StoppedAtDurablePointException)
                {
                    // This is the crash; what follows is another process.
                }

                guest.Lab.Reopen();
                return (await guest.Lab.RecoverAsync(GuestLab.Name))?.Outcome ?? OperationState.Succeeded;
            });
            if (!stopped)
            {
                return outcomes;
            }

            outcomes.Add(outcome);
            Assert.Null(await guest.Lab.RecoverAsync(GuestLab.Name));
            Assert.Empty(guest.Lab.Unclaimed(GuestLab.Name));
            Assert.Empty(guest.Lab.Lost(GuestLab.Name));
        }
    }

    private static async Task StopAtAsync(GuestLab guest, string instant, Type step, Func<Task> act)
    {
        var plan = await guest.Lab.Engine.Snapshots.PlanDeleteAsync(GuestLab.Name, "s1", new DeleteRequest(), guest.Token);
        var index = plan.Steps.Select((one, at) => (one, at)).First(pair => pair.one.GetType() == step).at;
        guest.Lab.Reopen(new StopAt(new DurablePoint(instant, index)));
        await Assert.ThrowsAsync<StoppedAtDurablePointException>(act);
    }

    private static string? Current(GuestLab guest) =>
        guest.Lab.Engine.Catalogue.LoadTree(guest.Lab.Engine.Sessions.Find(GuestLab.Name).Uuid).Current?.Name.Value;

    private sealed class StopAt(DurablePoint where) : IDurablePoints
    {
        public void Reached(DurablePoint point)
        {
            if (point == where)
            {
                throw new StoppedAtDurablePointException(point);
            }
        }
    }
}
