using System.Collections.Immutable;
using Snaptree.Drivers;
using Snaptree.Model;

namespace Snaptree.Engine;

/// <summary>
/// Writes the outcome into the catalogue. The runner applies the change and the step's own mark in one transaction, so the mark is
/// the fact.
/// </summary>
/// <param name="Index">This step's place in the plan.</param>
public sealed record RecordStep(int Index, CatalogueChange Change) : Step
{
    public override string Describe() => "write the catalogue";

    public override Task<Done> IsDoneAsync(StepContext context, CancellationToken cancellationToken) =>
        Task.FromResult(Facts.Say(context.IsMarkedDone(Index)));

    public override Task DoAsync(StepContext context, IProgress<WorkProgress> progress, CancellationToken cancellationToken)
    {
        if (!context.IsMarkedDone(Index))
        {
            context.Apply(Index, Change);
        }

        return Task.CompletedTask;
    }
}

/// <summary>Brings the record files of these snapshots, and the domain's own, to what the catalogue says.</summary>
public sealed record WriteRecordsStep(ImmutableArray<Guid> Snapshots) : Step
{
    public override string Describe() => "write the record files beside the domain's data";

    public override Task<Done> IsDoneAsync(StepContext context, CancellationToken cancellationToken) => Task.FromResult(Done.CannotTell);

    public override Task DoAsync(StepContext context, IProgress<WorkProgress> progress, CancellationToken cancellationToken) =>
        context.Records.WriteAsync(context.Catalogue, context.Domain, Snapshots, cancellationToken);
}

/// <summary>Removes an image that no chain and no snapshot names any more; checked against the facts at the last moment.</summary>
public sealed record DeleteImageStep(ImagePath Path) : Step
{
    public override string Describe() => $"remove {Path}";

    public override Task<Done> IsDoneAsync(StepContext context, CancellationToken cancellationToken) =>
        Task.FromResult(Facts.Say(!context.Driver.Store.Exists(Path.Value)));

    public override async Task DoAsync(StepContext context, IProgress<WorkProgress> progress, CancellationToken cancellationToken)
    {
        var domain = context.Domain;
        var known = context.Catalogue.ListImages(domain.Uuid).Select(image => image.Path);
        var view = await context.ObserveAsync(known, cancellationToken);
        Invariant.NotNeeded(view, domain, context.Catalogue.LoadTree(domain.Uuid).All, Path);
        await context.Driver.Store.DeleteAsync(Path.Value, cancellationToken);
    }
}

/// <summary>Removes the memory image of a snapshot that is gone.</summary>
public sealed record DeleteMemoryStep(string Path) : Step
{
    public override string Describe() => $"remove {Path}";

    public override Task<Done> IsDoneAsync(StepContext context, CancellationToken cancellationToken) =>
        Task.FromResult(Facts.Say(!context.Driver.Store.Exists(Path)));

    public override Task DoAsync(StepContext context, IProgress<WorkProgress> progress, CancellationToken cancellationToken) =>
        context.Driver.Store.DeleteAsync(Path, cancellationToken);
}
