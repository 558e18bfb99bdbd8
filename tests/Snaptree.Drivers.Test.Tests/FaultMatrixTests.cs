using Snaptree.Engine;
using Snaptree.Model;

namespace Snaptree.Drivers.Test.Tests;

/// <summary>Every call of every operation fails, is cancelled, or sees the engine die inside it.</summary>
public sealed class FaultMatrixTests
{
    public static TheoryData<string> Operations => [.. OperationCases.All.Keys];

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task A_call_fails_and_the_error_tells_whether_all_was_put_back(string operation)
    {
        var one = OperationCases.All[operation];
        await using var lab = await one.PreparedAsync();
        var before = await Moment.OfAsync(lab);
        foreach (var call in await one.CallsAsync(lab))
        {
            var refusal = new SnapshotException(ErrorCode.OperationTimeout, "the storage is slow today", "Wait.")
            {
                Foreign = new ForeignError("storage", "slow", "zzz"),
            };
            lab.BeginAgain();
            call.Arm(lab, () => throw refusal);
            var error = await Record.ExceptionAsync(() => one.Act(lab));
            var where = $"{operation}, failed {call}";
            if (error is not null)
            {
                var told = Assert.IsType<SnapshotException>(error);
                Assert.Equal((refusal.Code, refusal.Foreign), (told.Code, told.Foreign));
                Assert.True(told.IsUnfinished || await before.ExpectAsync(lab, one, where) == OperationState.Undone, where);
            }

            await lab.RecoverAsync();
            var outcome = await before.ExpectAsync(lab, one, $"{where}, then recovered");
            Assert.True(outcome == OperationState.Succeeded || error is not null, $"{where}: neither error nor deed");
        }
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task The_user_cancels_in_any_call_and_all_is_put_back_or_done(string operation)
    {
        var one = OperationCases.All[operation];
        await using var lab = await one.PreparedAsync();
        var before = await Moment.OfAsync(lab);
        foreach (var call in await one.CallsAsync(lab))
        {
            lab.BeginAgain();
            using var user = new CancellationTokenSource();
            lab.User = user;
            call.Arm(lab, user.Cancel);
            var error = await Record.ExceptionAsync(() => one.Act(lab));
            lab.User = null;
            Assert.True(error is null or OperationCanceledException, $"{operation}, cancelled {call}: {error}");
            var outcome = await before.ExpectAsync(lab, one, $"{operation}, cancelled {call}");
            Assert.Equal(error is null ? OperationState.Succeeded : OperationState.Undone, outcome);
        }
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task The_engine_dies_inside_a_call_and_what_it_began_goes_on_or_stands_still(string operation)
    {
        var one = OperationCases.All[operation];
        await using var lab = await one.PreparedAsync();
        var before = await Moment.OfAsync(lab);
        foreach (var call in await one.CallsAsync(lab))
        {
            foreach (var jobsRun in new[] { false, true })
            {
                lab.BeginAgain();
                call.Arm(lab, () => throw new StoppedAtDurablePointException(default));
                await Record.ExceptionAsync(() => one.Act(lab));
                if (jobsRun)
                {
                    lab.Host.LetJobsRun();
                }

                lab.Reopen();
                await lab.RecoverAsync();
                await before.ExpectAsync(lab, one, $"{operation}, the engine died {call}, jobs {(jobsRun ? "went on" : "stood still")}");
            }
        }
    }
}
