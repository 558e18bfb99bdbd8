using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Snaptree.Drivers;
using Snaptree.Model;

namespace Snaptree.Engine;

/// <summary>The guest stands still, and goes on if the operation is undone. A guest that has ended stands still enough.</summary>
public sealed record PauseGuestStep : Step
{
    public override string Describe() => "pause the guest";

    public override async Task<Done> IsDoneAsync(StepContext context, CancellationToken cancellationToken) =>
        Facts.Say((await context.ObserveAsync([], cancellationToken)).State != DomainState.Running);

    public override async Task DoAsync(StepContext context, IProgress<WorkProgress> progress, CancellationToken cancellationToken)
    {
        if (await IsDoneAsync(context, cancellationToken) != Done.Yes)
        {
            await context.Driver.Process.PauseAsync(context.Spec, cancellationToken);
        }
    }

    public override async Task UndoAsync(StepContext context, CancellationToken cancellationToken)
    {
        if ((await context.ObserveAsync([], cancellationToken)).State == DomainState.Paused)
        {
            await context.Driver.Process.ResumeAsync(context.Spec, cancellationToken);
        }
    }
}

/// <summary>The guest goes on. A guest that has ended meanwhile needs nothing.</summary>
public sealed record ResumeGuestStep : Step
{
    public override string Describe() => "let the guest go on";

    public override async Task<Done> IsDoneAsync(StepContext context, CancellationToken cancellationToken) =>
        Facts.Say((await context.ObserveAsync([], cancellationToken)).State != DomainState.Paused);

    public override async Task DoAsync(StepContext context, IProgress<WorkProgress> progress, CancellationToken cancellationToken)
    {
        if (await IsDoneAsync(context, cancellationToken) != Done.Yes)
        {
            await context.Driver.Process.ResumeAsync(context.Spec, cancellationToken);
        }
    }
}

/// <summary>Starts a process beside whatever runs now, with the guest paused and its memory loaded: everything a revert needs, opened.</summary>
public sealed record LaunchStandbyStep(StandbySpec Standby, string? MemoryPath) : Step
{
    public override string Describe() =>
        MemoryPath is null ? "start a hypervisor process, paused" : $"start a hypervisor process, paused, with the memory of {MemoryPath}";

    public override async Task<Done> IsDoneAsync(StepContext context, CancellationToken cancellationToken) =>
        Facts.Say((await context.ObserveAsync(Standby.ToSpec(), cancellationToken)).State == DomainState.Paused);

    public override Task DoAsync(StepContext context, IProgress<WorkProgress> progress, CancellationToken cancellationToken) =>
        context.Driver.Process.LaunchAsync(Standby.ToSpec(), new LaunchRequest(Standby.Instance, MemoryPath), cancellationToken);

    public override Task UndoAsync(StepContext context, CancellationToken cancellationToken) =>
        context.Driver.Process.DestroyAsync(Standby.ToSpec(), cancellationToken);
}

/// <summary>
/// Lets the standby's guest begin. Should the process have died since it was launched, it is launched again, unless the guest has
/// already run: then its overlays hold data, the old memory no longer fits them, and the guest counts as ended by itself.
/// </summary>
/// <param name="FreshOverlays">Images that hold no data until this guest writes.</param>
public sealed record BeginStandbyStep(StandbySpec Standby, string? MemoryPath, ImmutableArray<ImagePath> FreshOverlays, bool Run) : Step
{
    public override string Describe() => Run ? "let the guest run" : "leave the guest paused";

    public override async Task<Done> IsDoneAsync(StepContext context, CancellationToken cancellationToken)
    {
        var view = await context.Driver.ObserveAsync(Standby.ToSpec(), FreshOverlays, cancellationToken);
        if (!view.IsActive)
        {
            return Facts.Say(FreshOverlays.Any(path => view.Images.Find(path) is { HoldsData: true }));
        }

        // Whether it has taken the domain's sockets is not observed; taking them again does no harm.
        return Run ? Facts.Say(view.State != DomainState.Paused) : Done.CannotTell;
    }

    public override async Task DoAsync(StepContext context, IProgress<WorkProgress> progress, CancellationToken cancellationToken)
    {
        var spec = Standby.ToSpec();
        if (!(await context.ObserveAsync(spec, cancellationToken)).IsActive)
        {
            await context.Driver.Process.LaunchAsync(spec, new LaunchRequest(Standby.Instance, MemoryPath), cancellationToken);
        }

        await context.Driver.Process.PresentAsync(spec, cancellationToken);
        if (Run)
        {
            await context.Driver.Process.ResumeAsync(spec, cancellationToken);
        }
    }
}

/// <summary>The process that the catalogue names takes the domain's places, unless it has ended.</summary>
public sealed record PresentStep : Step
{
    public override string Describe() => "let the process take the domain's sockets";

    public override Task<Done> IsDoneAsync(StepContext context, CancellationToken cancellationToken) => Task.FromResult(Done.CannotTell);

    public override async Task DoAsync(StepContext context, IProgress<WorkProgress> progress, CancellationToken cancellationToken)
    {
        if ((await context.ObserveAsync([], cancellationToken)).IsActive)
        {
            await context.Driver.Process.PresentAsync(context.Spec, cancellationToken);
        }
    }
}

/// <summary>Ends the process that ran the domain when the plan was made. The guest's present memory is given up.</summary>
public sealed record StopGuestStep(StandbySpec Running) : Step
{
    [JsonIgnore]
    public override NoReturn NoReturn => NoReturn.AtIntent;

    public override string Describe() => "end the running guest";

    public override async Task<Done> IsDoneAsync(StepContext context, CancellationToken cancellationToken) =>
        Facts.Say(!(await context.ObserveAsync(Running.ToSpec(), cancellationToken)).IsActive);

    public override Task DoAsync(StepContext context, IProgress<WorkProgress> progress, CancellationToken cancellationToken) =>
        context.Driver.Process.DestroyAsync(Running.ToSpec(), cancellationToken);
}
