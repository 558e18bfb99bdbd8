using Snaptree.Engine;
using Snaptree.Model;
using Snaptree.TestKit;

namespace Snaptree.Drivers.Test.Tests;

/// <summary>
/// The guest's process dies, in every call that the engine makes of its driver and at every durable point at which the engine itself is stopped.
/// The guest's memory is gone then; its disks and all restore points are not.
/// </summary>
public sealed class DeathMatrixTests
{
    /// <summary>Those with a process that can die.</summary>
    public static TheoryData<string> Operations =>
        [.. OperationCases.All.Where(one => !one.Value.StartsShutOff || one.Value.EndsAs == DomainState.Running).Select(one => one.Key)];

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task The_process_dies_in_any_call_of_the_driver(string operation)
    {
        var one = OperationCases.All[operation];
        await using var lab = await one.PreparedAsync();
        var before = await Moment.OfAsync(lab);
        foreach (var call in await one.CallsAsync(lab))
        {
            lab.BeginAgain();
            call.Arm(lab, lab.KillAll);
            var error = await Record.ExceptionAsync(() => one.Act(lab));
            var where = $"{operation}, all processes died {call}, then: {error?.Message}";
            Assert.True(error is null or SnapshotException, $"{where} {error}");
            lab.Reopen();
            await lab.RecoverAsync();
            await before.ExpectAsync(lab, one, where, died: true);
            await ExpectBootsAsync(lab);
        }
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task The_process_and_the_engine_die_together_anywhere(string operation)
    {
        var one = OperationCases.All[operation];
        await using var lab = await one.PreparedAsync();
        var before = await Moment.OfAsync(lab);
        for (var point = 1; ; point++)
        {
            var clock = new CrashClock(point);
            lab.BeginAgain(clock);
            if (await Record.ExceptionAsync(() => one.Act(lab)) is not StoppedAtDurablePointException)
            {
                return;
            }

            lab.KillAll();
            lab.Reopen();
            await lab.RecoverAsync();
            await before.ExpectAsync(lab, one, $"{operation}, all died at {clock.Passed[^1]}", died: true);
            await ExpectBootsAsync(lab);
        }
    }

    /// <summary>What is left is whole: the domain starts from its disks.</summary>
    private static async Task ExpectBootsAsync(TestLab lab)
    {
        var disks = lab.Disks();
        var state = (await lab.Engine.Domains.StatusAsync(TestLab.Vm, lab.Token)).View.State;
        await (state switch
        {
            DomainState.Shutoff => lab.StartAsync(),
            DomainState.Paused => lab.Engine.Domains.ResumeAsync(TestLab.Vm, lab.Quiet, lab.Token),
            _ => Task.CompletedTask,
        });
        Assert.Equal(disks, lab.Disks());
        lab.Mark(7);
        Assert.Empty(await lab.FaultsAsync());
    }
}
