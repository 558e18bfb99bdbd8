using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Snaptree.Drivers;
using Snaptree.Model;

namespace Snaptree.Engine;

/// <summary>Takes a snapshot inside the images, on all disks or on none.</summary>
public sealed record SaveInternalStep(InternalSaveRequest Request, ImmutableArray<ImagePath> Images, bool WithMemory) : Step
{
    public override string Describe() =>
        $"take the internal snapshot '{Request.Tag}' in {string.Join(", ", Images)}{(WithMemory ? ", memory included" : "")}";

    public override async Task<Done> IsDoneAsync(StepContext context, CancellationToken cancellationToken)
    {
        await context.Driver.Internals.SettleAsync(context.Spec, Request.JobId, cancellationToken);
        var tree = (await context.ObserveAsync(Images, cancellationToken)).Images;
        var found = Images.Select(path => tree.Get(path).Internal(Request.Tag)).ToList();
        return Facts.Say(
            found.TrueForAll(snapshot => snapshot is not null) && (!WithMemory || found.Exists(snapshot => snapshot!.VmStateBytes > 0)));
    }

    public override Task DoAsync(StepContext context, IProgress<WorkProgress> progress, CancellationToken cancellationToken) =>
        context.Driver.Internals.SaveAsync(context.Spec, Request, progress, cancellationToken);

    public override async Task UndoAsync(StepContext context, CancellationToken cancellationToken)
    {
        await context.Driver.Internals.SettleAsync(context.Spec, Request.JobId, cancellationToken);
        await context.Driver.Internals.DeleteAsync(context.Spec, Request.Tag, Images, cancellationToken);
    }
}

/// <summary>Removes a snapshot from inside the images.</summary>
public sealed record DeleteInternalStep(string Tag, ImmutableArray<ImagePath> Images) : Step
{
    [JsonIgnore]
    public override NoReturn NoReturn => NoReturn.AtIntent;

    public override string Describe() => $"remove the internal snapshot '{Tag}' from {string.Join(", ", Images)}";

    public override async Task<Done> IsDoneAsync(StepContext context, CancellationToken cancellationToken)
    {
        var tree = (await context.ObserveAsync(Images, cancellationToken)).Images;
        return Facts.Say(Images.All(path => tree.Get(path).Internal(Tag) is null));
    }

    public override Task DoAsync(StepContext context, IProgress<WorkProgress> progress, CancellationToken cancellationToken) =>
        context.Driver.Internals.DeleteAsync(context.Spec, Tag, Images, cancellationToken);
}

/// <summary>
/// Puts memory and disks of an active, paused domain back. Nothing observable tells that it has happened, so after a crash it happens
/// again; that is the same state, because the guest stays paused until the outcome is written.
/// </summary>
/// <param name="Standby">The process to load into; launched again if it has died.</param>
public sealed record LoadInternalStep(StandbySpec Standby, string Tag, ImmutableArray<DiskTarget> Disks) : Step
{
    [JsonIgnore]
    public override NoReturn NoReturn => NoReturn.AtIntent;

    public override string Describe() => $"put memory and disks back to the internal snapshot '{Tag}'";

    public override Task<Done> IsDoneAsync(StepContext context, CancellationToken cancellationToken) => Task.FromResult(Done.CannotTell);

    public override async Task DoAsync(StepContext context, IProgress<WorkProgress> progress, CancellationToken cancellationToken)
    {
        var spec = Standby.ToSpec();
        if (!(await context.ObserveAsync(spec, cancellationToken)).IsActive)
        {
            await context.Driver.Process.LaunchAsync(spec, new LaunchRequest(Standby.Instance, MemoryPath: null), cancellationToken);
        }

        await context.Driver.Process.PauseAsync(spec, cancellationToken);
        await context.Driver.Internals.LoadAsync(spec, Tag, Disks, cancellationToken);
    }
}

/// <summary>Puts the disks of a shut off domain back. Repeating it gives the same bytes.</summary>
public sealed record ApplyInternalStep(string Tag, ImmutableArray<ImagePath> Images) : Step
{
    [JsonIgnore]
    public override NoReturn NoReturn => NoReturn.AtIntent;

    public override string Describe() => $"put {string.Join(", ", Images)} back to the internal snapshot '{Tag}'";

    public override Task<Done> IsDoneAsync(StepContext context, CancellationToken cancellationToken) => Task.FromResult(Done.CannotTell);

    public override Task DoAsync(StepContext context, IProgress<WorkProgress> progress, CancellationToken cancellationToken) =>
        context.Driver.Internals.ApplyAsync(context.Spec, Tag, Images, cancellationToken);
}
