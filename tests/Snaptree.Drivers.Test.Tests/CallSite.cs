namespace Snaptree.Drivers.Test.Tests;

/// <summary>An instant in one of the calls that an operation makes of its driver.</summary>
internal sealed record CallSite(DriverCall Call, int Nth, FaultMoment Moment)
{
    internal void Arm(TestLab lab, Action happen) => lab.Host.Faults.On(Call, happen, Nth, Moment);

    public override string ToString() => $"{Moment} {Call} number {Nth}";
}

internal static class CallSites
{
    /// <summary>All instants in all calls, as an undisturbed run makes them.</summary>
    internal static async Task<IReadOnlyList<CallSite>> CallsAsync(this OperationCase one, TestLab lab)
    {
        lab.BeginAgain();
        await one.Act(lab);
        var calls = lab.Host.Faults.Calls;
        return
        [
            .. calls.SelectMany((call, at) => Enum.GetValues<FaultMoment>()
                .Select(moment => new CallSite(call, calls.Take(at + 1).Count(other => other == call), moment))),
        ];
    }
}
