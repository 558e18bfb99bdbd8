using System.Collections.Immutable;
using Snaptree.Drivers;

namespace Snaptree.Engine;

/// <summary>Makes one overlay file. Nobody uses it yet.</summary>
public sealed record CreateOverlayStep(OverlayRequest Overlay) : Step
{
    public override string Describe() => $"create overlay {Overlay.Path} on {Overlay.Backing} ({Overlay.Disk})";

    public override async Task<Done> IsDoneAsync(StepContext context, CancellationToken cancellationToken) =>
        Facts.Say(
            (await context.ObserveAsync([Overlay.Path], cancellationToken)).Images.Find(Overlay.Path)?.Backing?.Path == Overlay.Backing);

    public override Task DoAsync(StepContext context, IProgress<WorkProgress> progress, CancellationToken cancellationToken) =>
        context.Driver.Overlays.CreateAsync(Overlay, cancellationToken);

    public override async Task UndoAsync(StepContext context, CancellationToken cancellationToken)
    {
        // Looking at headers would fail on a file whose making was interrupted; only the open chains matter here.
        var view = await context.ObserveAsync([], cancellationToken);
        Invariant.NotInUse(view, context.Domain, Overlay.Path);
        await context.Driver.Store.DeleteAsync(Overlay.Path.Value, cancellationToken);
    }
}

/// <summary>Opens the overlays in the running hypervisor, so that the switch itself takes no time.</summary>
public sealed record OpenOverlaysStep(ImmutableArray<OverlayRequest> Overlays) : Step
{
    public override string Describe() => $"open {Overlays.Length} overlay(s) in the running guest's hypervisor";

    public override Task<Done> IsDoneAsync(StepContext context, CancellationToken cancellationToken) =>
        Task.FromResult(Done.CannotTell);

    public override Task DoAsync(StepContext context, IProgress<WorkProgress> progress, CancellationToken cancellationToken) =>
        context.Driver.Overlays.OpenAsync(context.Spec, Overlays, cancellationToken);

    public override async Task UndoAsync(StepContext context, CancellationToken cancellationToken)
    {
        if ((await context.ObserveAsync([], cancellationToken)).IsActive)
        {
            await context.Driver.Overlays.CloseAsync(context.Spec, Overlays, cancellationToken);
        }
    }
}

/// <summary>The cut: from here on the guest writes to the overlays, on all disks or on none.</summary>
public sealed record SwitchDisksStep(ImmutableArray<OverlayRequest> Overlays) : Step
{
    public override string Describe() =>
        $"switch {string.Join(", ", Overlays.Select(overlay => overlay.Disk))} to the overlay(s) in one transaction";

    public override async Task<Done> IsDoneAsync(StepContext context, CancellationToken cancellationToken)
    {
        var view = await context.ObserveAsync(Overlays.Select(overlay => overlay.Path), cancellationToken);
        if (view.IsActive)
        {
            return Facts.Say(Overlays.All(overlay => view.OpenTop(overlay.Disk) == overlay.Path));
        }

        // The hypervisor died. A guest that went on after the switch has left its traces in an overlay; where there are none,
        // overlay and backing image are equal and giving the overlay up loses nothing.
        return Facts.Say(Overlays.Any(overlay => view.Images.Find(overlay.Path) is { HoldsData: true }));
    }

    public override Task DoAsync(StepContext context, IProgress<WorkProgress> progress, CancellationToken cancellationToken) =>
        context.Driver.Overlays.SwitchAsync(context.Spec, Overlays, cancellationToken);
}
