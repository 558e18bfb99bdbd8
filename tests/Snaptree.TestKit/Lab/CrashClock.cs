using Snaptree.Engine;

namespace Snaptree.TestKit;

/// <summary>Stops the engine at the n-th durable point, as if its process had ended there, and remembers which points it passed.</summary>
/// <param name="stopAt">Counted from 1; 0 never stops.</param>
public sealed class CrashClock(int stopAt) : IDurablePoints
{
    private readonly List<DurablePoint> passed = [];

    public IReadOnlyList<DurablePoint> Passed => passed;

    public void Reached(DurablePoint point)
    {
        passed.Add(point);
        if (passed.Count == stopAt)
        {
            throw new StoppedAtDurablePointException(point);
        }
    }
}
