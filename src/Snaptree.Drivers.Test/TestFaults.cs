using Snaptree.Model;

namespace Snaptree.Drivers.Test;

/// <summary>The calls of the driver contract in which something can be made to go wrong.</summary>
public enum DriverCall
{
    Observe,
    Launch,
    Present,
    Resume,
    Pause,
    Reset,
    RequestShutdown,
    Destroy,
    CreateOverlay,
    OpenOverlays,
    CloseOverlays,
    SwitchDisks,
    SaveMemory,
    ReadMemory,
    DiscardMemory,
    RewriteMemory,
    SaveInternal,
    SettleInternal,
    DeleteInternal,
    LoadInternal,
    ApplyInternal,
    Commit,
    Pivot,
    Pull,
    CancelJob,
    RebaseHeader,
    DeleteFile,
    Freeze,
    Thaw,
}

/// <summary>When in a call.</summary>
public enum FaultMoment
{
    /// <summary>Nothing has been done yet.</summary>
    Before,

    /// <summary>
    /// Something has been done and something has not: after the first block of a copy, while memory is written, with an internal snapshot
    /// begun. Calls that happen at one instant have no such moment.
    /// </summary>
    Midway,

    /// <summary>All has been done, and the caller does not know it yet.</summary>
    After,
}

/// <summary>Lets calls of the driver go wrong, once each, on demand. Remembers which calls there were.</summary>
public sealed class TestFaults
{
    private readonly Lock gate = new();
    private readonly List<Fault> armed = [];
    private readonly List<DriverCall> calls = [];

    /// <summary>All calls so far, in their order.</summary>
    public IReadOnlyList<DriverCall> Calls
    {
        get
        {
            lock (gate)
            {
                return [.. calls];
            }
        }
    }

    /// <summary>The <paramref name="nth"/> call from now on ends with this error.</summary>
    public void Fail(DriverCall call, SnapshotException error, int nth = 1, FaultMoment moment = FaultMoment.Before) =>
        On(call, () => throw error, nth, moment);

    /// <summary>In the <paramref name="nth"/> call from now on this happens: a process dies, somebody cancels, we are stopped.</summary>
    public void On(DriverCall call, Action happen, int nth = 1, FaultMoment moment = FaultMoment.Before)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(nth, 1);
        lock (gate)
        {
            armed.Add(new Fault(call, moment, nth, happen));
        }
    }

    internal CallInProgress Begin(DriverCall call)
    {
        lock (gate)
        {
            calls.Add(call);
            var counted = armed.Where(fault => fault.Call == call).ToList();
            armed.RemoveAll(counted.Contains);
            armed.AddRange(counted.Where(fault => fault.Nth > 1).Select(fault => fault with { Nth = fault.Nth - 1 }));
            return new CallInProgress([.. counted.Where(fault => fault.Nth == 1)]);
        }
    }

    internal sealed record Fault(DriverCall Call, FaultMoment Moment, int Nth, Action Happen);
}

/// <summary>One call, with what shall go wrong in it.</summary>
internal sealed class CallInProgress(IReadOnlyList<TestFaults.Fault> due)
{
    internal void Meet(FaultMoment moment)
    {
        foreach (var fault in due.Where(fault => fault.Moment == moment))
        {
            fault.Happen();
        }
    }
}
