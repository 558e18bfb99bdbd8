namespace Snaptree.Engine;

/// <summary>The instants of an operation between which a crash can fall. Tests stop the engine at each of them.</summary>
/// <param name="Step">Index of the step in the plan; -1 for the operation as a whole.</param>
public readonly record struct DurablePoint(string Name, int Step)
{
    public override string ToString() => $"{Name}:{Step}";
}

/// <summary>Told of every durable point when it has been reached.</summary>
public interface IDurablePoints
{
    void Reached(DurablePoint point);
}

/// <summary>Nobody wants to know.</summary>
public sealed class NoDurablePoints : IDurablePoints
{
    public void Reached(DurablePoint point)
    {
    }
}

/// <summary>
/// The engine stops as if its process had ended: thrown by an <see cref="IDurablePoints"/>, and the one error after which nothing is undone.
/// </summary>
public sealed class StoppedAtDurablePointException(DurablePoint point) : Exception($"stopped at {point}")
{
    public DurablePoint Point => point;
}
