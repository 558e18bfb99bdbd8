using Snaptree.Drivers;
using Snaptree.Model;

namespace Snaptree.Engine;

/// <summary>
/// Carries out plans. The only writer of the journal and the only judge of success: a step counts as done when the facts say so.
/// The caller holds the domain's lock.
/// </summary>
public sealed class OperationRunner(EngineParts parts, IDurablePoints points, TimeProvider time)
{
    private readonly IJournal journal = parts.Journal;

    /// <summary>
    /// Runs a fresh plan to its end. When it fails or is cancelled before the point of no return, everything is put back.
    /// From that point on cancelling is no longer heard.
    /// </summary>
    /// <exception cref="SnapshotException">The operation failed; the message says whether everything was put back.</exception>
    /// <exception cref="OperationCanceledException">The operation was cancelled and everything was put back.</exception>
    public async Task RunAsync(Guid domain, Plan plan, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        SpaceCheck.RefuseTooLittle(plan, parts.Driver.Store, Context(domain, plan).Domain.Name.Value);
        journal.Open(new OperationRecord(
            plan.Operation, domain, plan.Title, PlanJson.Write(plan), OperationState.Open, time.GetUtcNow(),
            [.. plan.Steps.Select(_ => StepPhase.None)]));
        points.Reached(new DurablePoint("opened", -1));
        await ForwardAsync(domain, plan, from: 0, isRecovery: false, progress, cancellationToken);
    }

    /// <summary>Ends an operation that was left open: forward when it is past its point of no return, else back.</summary>
    /// <returns>How it ended.</returns>
    public async Task<OperationState> RecoverAsync(OperationRecord operation, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        var plan = PlanJson.Read(operation.PlanJson);
        var context = Context(operation.Domain, plan);
        var reached = operation.Phases.ToList().FindLastIndex(phase => phase != StepPhase.None);
        try
        {
            await parts.Driver.Store.EndLeftoversAsync(Touched(operation.Domain, plan), cancellationToken);
            if (!await IsPastNoReturnAsync(plan, operation, context, cancellationToken))
            {
                await BackAsync(plan, reached, context);
                return OperationState.Undone;
            }
        }
        catch (Exception error) when (error is SnapshotException or IOException)
        {
            throw await UnfinishedAsync(plan, Math.Max(reached, 0), context, error);
        }

        var from = Enumerable.Range(0, plan.Steps.Length).FirstOrDefault(at => operation.Phases[at] != StepPhase.Done, plan.Steps.Length);
        await ForwardAsync(operation.Domain, plan, from, isRecovery: true, progress, cancellationToken);
        return OperationState.Succeeded;
    }

    /// <summary>Every file that the plan may have had a program at work on.</summary>
    private IEnumerable<string> Touched(Guid domain, Plan plan) =>
        parts.Catalogue.ListImages(domain).Select(image => image.Path.Value).Concat(plan.Costs.FilesWritten).Concat(plan.Costs.FilesRemoved).Distinct();

    private static async Task<bool> IsPastNoReturnAsync(
        Plan plan, OperationRecord operation, StepContext context, CancellationToken cancellationToken)
    {
        var step = plan.Steps[plan.NoReturnIndex];
        return operation.Phases[plan.NoReturnIndex] switch
        {
            StepPhase.Done => true,
            StepPhase.Intent => step.NoReturn == NoReturn.AtIntent || await step.IsDoneAsync(context, cancellationToken) == Done.Yes,
            _ => false,
        };
    }

    private async Task ForwardAsync(
        Guid domain, Plan plan, int from, bool isRecovery, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        var context = Context(domain, plan);
        for (var at = from; at < plan.Steps.Length; at++)
        {
            try
            {
                // Cancelling is heard up to the last instant at which everything can be put back.
                var token = at < plan.NoReturnIndex ? cancellationToken : CancellationToken.None;
                if (at <= plan.NoReturnIndex)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                }

                await TakeAsync(plan, at, context, progress, isRecovery, token);
            }
            catch (Exception error) when (error is not StoppedAtDurablePointException)
            {
                await FailAsync(plan, at, context, error);
                throw;
            }
        }

        journal.Close(plan.Operation, OperationState.Succeeded);
        points.Reached(new DurablePoint("closed", -1));
    }

    private async Task TakeAsync(
        Plan plan, int at, StepContext context, IProgress<OperationProgress> progress, bool isRecovery, CancellationToken cancellationToken)
    {
        var step = plan.Steps[at];
        var text = step.Describe();
        progress.Report(new OperationProgress(at, plan.Steps.Length, text, null));
        journal.Mark(plan.Operation, at, StepPhase.Intent);
        points.Reached(new DurablePoint("intent", at));
        if (!isRecovery || await step.IsDoneAsync(context, cancellationToken) != Done.Yes)
        {
            var work = new StepProgress(progress, at, plan.Steps.Length, text);
            await step.DoAsync(context, work, cancellationToken);
            points.Reached(new DurablePoint("acted", at));
            if (await step.IsDoneAsync(context, cancellationToken) == Done.No)
            {
                throw new SnapshotException(
                    ErrorCode.Internal,
                    $"the step '{text}' reported success, but the facts do not show it",
                    "Look at 'snaptree show' and the hypervisor's log before going on.");
            }
        }

        journal.Mark(plan.Operation, at, StepPhase.Done);
        points.Reached(new DurablePoint("done", at));
    }

    /// <summary>Puts everything back, or throws the error that says why the operation stays open.</summary>
    private async Task FailAsync(Plan plan, int at, StepContext context, Exception error)
    {
        try
        {
            var operation = journal.FindOpen(context.Domain.Uuid)!;
            if (!await IsPastNoReturnAsync(plan, operation, context, CancellationToken.None))
            {
                await BackAsync(plan, at, context);
                return;
            }
        }
        catch (Exception second) when (second is SnapshotException or IOException)
        {
            throw await UnfinishedAsync(plan, at, context, new AggregateException(error, second));
        }

        throw await UnfinishedAsync(plan, at, context, error);
    }

    private async Task<SnapshotException> UnfinishedAsync(Plan plan, int at, StepContext context, Exception cause)
    {
        var first = cause is AggregateException both ? both.InnerExceptions[0] : cause;
        return new SnapshotException(
            (first as SnapshotException)?.Code ?? ErrorCode.OperationFailed,
            $"'{plan.Title}' stopped at step {at + 1} of {plan.Steps.Length} ({plan.Steps[at].Describe()}) and is not finished: {cause.Message}",
            $"Remove the cause, then run 'snaptree recover {context.Domain.Name}'; until then nothing else is done to this domain.",
            cause)
        {
            Domain = context.Domain.Name.Value,
            IsUnfinished = true,
            Details = await UnfinishedReport.WriteAsync(parts, context, plan),
            Foreign = (first as SnapshotException)?.Foreign,
        };
    }

    private async Task BackAsync(Plan plan, int from, StepContext context)
    {
        for (var at = from; at >= 0; at--)
        {
            await plan.Steps[at].UndoAsync(context, CancellationToken.None);
            points.Reached(new DurablePoint("unacted", at));
            journal.Mark(plan.Operation, at, StepPhase.Undone);
            points.Reached(new DurablePoint("undone", at));
        }

        journal.Close(plan.Operation, OperationState.Undone);
        points.Reached(new DurablePoint("closed", -1));
    }

    private StepContext Context(Guid domain, Plan plan) => new(parts, domain, plan.Operation);

    private sealed class StepProgress(IProgress<OperationProgress> progress, int index, int count, string text) : IProgress<WorkProgress>
    {
        public void Report(WorkProgress value) => progress.Report(new OperationProgress(index, count, text, value));
    }
}
