using Snaptree.Engine;
using Snaptree.TestKit;

namespace Snaptree.Drivers.Test.Tests;

/// <summary>
/// The engine is stopped at every durable point of every operation, and then at every durable point of the recovery: in the end everything is
/// exactly as before, or the operation has been done and every restore point that is left has its bytes.
/// </summary>
public sealed class CrashMatrixTests
{
    public static TheoryData<string> Operations => [.. OperationCases.All.Keys];

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task Stopped_anywhere_and_again_anywhere_in_recovery(string operation)
    {
        var one = OperationCases.All[operation];
        await using var lab = await one.PreparedAsync();
        var before = await Moment.OfAsync(lab);
        var outcomes = new HashSet<OperationState?>();
        for (var point = 1; ; point++)
        {
            for (var again = 0; ; again++)
            {
                var clock = new CrashClock(point);
                lab.BeginAgain(clock);
                if (!await StopsAsync(() => one.Act(lab)))
                {
                    Assert.Contains(OperationState.Undone, outcomes);
                    Assert.Contains(OperationState.Succeeded, outcomes);
                    return;
                }

                // Never again first, then at each point of the recovery, until it comes to its end.
                var second = new CrashClock(again);
                lab.Reopen(second);
                var stopped = await StopsAsync(lab.RecoverAsync);
                lab.Reopen();
                _ = stopped ? await lab.RecoverAsync() : null;
                var where = $"{operation}, stopped at {clock.Passed[^1]}{(stopped ? $" and {second.Passed[^1]}" : "")}";
                var outcome = await before.ExpectAsync(lab, one, where);
                outcomes.Add(outcome);
                Assert.True(await lab.RecoverAsync() is null, where);
                if (again == 0 && outcome == OperationState.Undone)
                {
                    await one.Act(lab);
                    Assert.Equal(OperationState.Succeeded, await before.ExpectAsync(lab, one, $"{where}, then done again"));
                }

                if (again > 0 && !stopped)
                {
                    break;
                }
            }
        }
    }

    private static async Task<bool> StopsAsync(Func<Task> act)
    {
        try
        {
            await act();
            return false;
        }
        catch (StoppedAtDurablePointException)
        {
            return true;
        }
    }
}
