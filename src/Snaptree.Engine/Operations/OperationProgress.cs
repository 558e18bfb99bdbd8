using Snaptree.Drivers;

namespace Snaptree.Engine;

/// <summary>Where a running operation is.</summary>
/// <param name="Work">How far the step itself is; null when it does not tell.</param>
public sealed record OperationProgress(int StepIndex, int StepCount, string Step, WorkProgress? Work);
