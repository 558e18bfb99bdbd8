using Snaptree.Engine;

namespace Snaptree.TestKit;

/// <summary>Stops the engine at the n-th durable point, as if its process had ended there, and remembers which points it passed.</summary>
/// <param name="stopAt">Counted from 1; 0 never stops.</param>
/// <param name="counts">Which points count; null for all.</param>
public sealed class CrashClock(int stopAt, Func<DurablePoint, bool>? counts = null) : IDurablePoints
{
    private readonly List<DurablePoint> passed = [];

    public IReadOnlyList<DurablePoint> Passed => passed;

    /// <summary>
    /// All but the instant after a step's outcome was written: nothing happens between it and the next intent. For matrices where each
    /// point costs seconds; the others count them all.
    /// </summary>
    public static bool AroundActs(DurablePoint point) => point.Name is not ("done" or "undone");

    public void Reached(DurablePoint point)
    {
        if (counts is not null && !counts(point))
        {
            return;
        }

        passed.Add(point);
        if (passed.Count == stopAt)
        {
            throw new StoppedAtDurablePointException(point);
        }
    }
}
