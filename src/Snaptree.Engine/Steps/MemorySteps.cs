using Snaptree.Drivers;

namespace Snaptree.Engine;

/// <summary>Saves the guest's memory to a file of its own.</summary>
public sealed record SaveMemoryStep(string Path, long RamBytes) : Step
{
    /// <summary>The document that goes into the file; null for the memory of a snapshot, which has its documents in the catalogue.</summary>
    public SavedDomain? Saved { get; init; }

    public override string Describe() => $"save the guest's memory to {Path}";

    public override async Task<Done> IsDoneAsync(StepContext context, CancellationToken cancellationToken) =>
        Facts.Say(await context.Driver.Memory.ReadAsync(Path, cancellationToken) is not null);

    public override Task DoAsync(StepContext context, IProgress<WorkProgress> progress, CancellationToken cancellationToken) =>
        context.Driver.Memory.SaveAsync(context.Spec, Path, Saved, progress, cancellationToken);

    public override Task UndoAsync(StepContext context, CancellationToken cancellationToken) =>
        context.Driver.Memory.DiscardAsync(context.Spec, Path, cancellationToken);
}
