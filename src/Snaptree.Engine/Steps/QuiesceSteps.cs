using Snaptree.Drivers;
using Snaptree.Model;

namespace Snaptree.Engine;

/// <summary>
/// The guest writes out what it has in memory and holds its file systems still. A thaw that fails when this is undone holds nothing else up:
/// the driver knows that the guest may be frozen, and <see cref="QuiescedRun"/> goes on until it is thawed, or says that it is not.
/// </summary>
public sealed record FreezeGuestStep : Step
{
    public override string Describe() => "freeze the guest's file systems through its agent";

    public override Task<Done> IsDoneAsync(StepContext context, CancellationToken cancellationToken) => Task.FromResult(Done.CannotTell);

    public override Task DoAsync(StepContext context, IProgress<WorkProgress> progress, CancellationToken cancellationToken) =>
        context.Driver.Agent.FreezeAsync(context.Spec, cancellationToken);

    public override Task UndoAsync(StepContext context, CancellationToken cancellationToken) =>
        Thawing.TryAsync(context.Driver.Agent, context.Spec, cancellationToken);
}

/// <summary>
/// The guest may write again. Like an undone freeze it holds nothing up when the agent does not answer: the snapshot has been taken by then,
/// and a guest that cannot be thawed must at least be one that can be ended.
/// </summary>
public sealed record ThawGuestStep : Step
{
    public override string Describe() => "thaw the guest's file systems";

    /// <summary>Without a freeze of ours there is nothing to do; with one, the driver cannot tell.</summary>
    public override Task<Done> IsDoneAsync(StepContext context, CancellationToken cancellationToken) =>
        Task.FromResult(context.Driver.Agent.MayBeFrozen(context.Spec) ? Done.CannotTell : Done.Yes);

    public override async Task DoAsync(StepContext context, IProgress<WorkProgress> progress, CancellationToken cancellationToken)
    {
        if (await Thawing.TryAsync(context.Driver.Agent, context.Spec, cancellationToken) == Thawed.ByOthers
            && (await context.ObserveAsync([], cancellationToken)).IsActive)
        {
            throw new SnapshotException(
                ErrorCode.OperationFailed,
                "the guest was thawed before we asked for it, because too much time had passed: its disks may not be as quiet as was asked for",
                "Finish this snapshot, which holds at least what a power cut would have left, and take another one.")
            { Domain = context.Domain.Name.Value };
        }
    }
}
