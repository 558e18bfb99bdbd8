using System.Text.Json.Serialization;
using Snaptree.Drivers;
using Snaptree.Model;

namespace Snaptree.Engine;

/// <summary>
/// Copies an overlay's data down into its backing image. The frozen state of the backing image is gone from the first byte, and no
/// check of the image can tell: the intent is the point of no return. Runs in the guest's hypervisor while it has the images open, else
/// offline; a guest that dies in the middle only changes which.
/// </summary>
public sealed record CommitImageStep(MergeRequest Merge) : Step
{
    [JsonIgnore]
    public override NoReturn NoReturn => NoReturn.AtIntent;

    public override string Describe() => $"commit {Merge.Top} down into {Merge.Base} ({Merge.Disk})";

    public override async Task<Done> IsDoneAsync(StepContext context, CancellationToken cancellationToken)
    {
        var view = await context.ObserveAsync([Merge.Top, Merge.Base], cancellationToken);
        if (view.Images.Find(Merge.Top) is not { } top)
        {
            return Done.Yes;
        }

        if (view.IsOpen(Merge.Base))
        {
            var job = view.Jobs.FirstOrDefault(job => job.Id == Merge.JobId);
            var inStep = job?.Status == JobView.Ready && view.OpenTop(Merge.Disk) == Merge.Top;
            return Facts.Say(inStep || (job is null && !view.IsOpen(Merge.Top)));
        }

        // Offline, an emptied top proves that its data went down; one that kept its data may or may not have been copied,
        // and copying again gives the same bytes.
        return top.HoldsData ? Done.CannotTell : Done.Yes;
    }

    public override Task DoAsync(StepContext context, IProgress<WorkProgress> progress, CancellationToken cancellationToken) =>
        context.Driver.Merges.CommitAsync(context.Spec, Merge, progress, cancellationToken);
}

/// <summary>
/// Makes the running guest write to the base of a commit. It stands between a pause of the guest and the catalogue's record: as long
/// as the guest has not run since, top and base hold the same bytes and committing once more is harmless; afterwards it would bring
/// old bytes over new ones, and nothing in the images could tell.
/// </summary>
public sealed record PivotStep(MergeRequest Merge) : Step
{
    public override string Describe() => $"let {Merge.Disk} go on with {Merge.Base}";

    public override async Task<Done> IsDoneAsync(StepContext context, CancellationToken cancellationToken)
    {
        var view = await context.ObserveAsync([Merge.Top], cancellationToken);
        return view.IsActive ? Facts.Say(view.OpenTop(Merge.Disk) == Merge.Base)
            : view.Images.Find(Merge.Top) is { HoldsData: true } ? Done.CannotTell
            : Done.Yes;
    }

    public override Task DoAsync(StepContext context, IProgress<WorkProgress> progress, CancellationToken cancellationToken) =>
        context.Driver.Merges.PivotAsync(context.Spec, Merge, progress, cancellationToken);
}

/// <summary>Copies what an overlay still reads from its backing image into the overlay, then lets go of the backing image.</summary>
public sealed record PullImageStep(MergeRequest Merge, ImagePath? NewBacking) : Step
{
    public override string Describe() => $"stream {Merge.Base} up into {Merge.Top} ({Merge.Disk})";

    public override async Task<Done> IsDoneAsync(StepContext context, CancellationToken cancellationToken)
    {
        var view = await context.ObserveAsync([Merge.Top], cancellationToken);
        return Facts.Say(
            view.Images.Get(Merge.Top).Backing?.Path == NewBacking
            && !view.IsOpen(Merge.Base)
            && !view.Jobs.Any(job => job.Id == Merge.JobId));
    }

    public override Task DoAsync(StepContext context, IProgress<WorkProgress> progress, CancellationToken cancellationToken) =>
        context.Driver.Merges.PullAsync(context.Spec, Merge, progress, cancellationToken);

    /// <summary>
    /// A stream that was finished is told to stand on its old backing image again; it has all bytes of its own, so nothing it shows
    /// changes. A running guest cannot be told: there the chain stays shorter, and all restore points keep their bytes all the same.
    /// </summary>
    public override async Task UndoAsync(StepContext context, CancellationToken cancellationToken)
    {
        await context.Driver.Merges.CancelAsync(context.Spec, Merge.JobId, cancellationToken);
        var view = await context.ObserveAsync([Merge.Top, Merge.Base], cancellationToken);
        if (!view.IsOpen(Merge.Top) && view.Images.Get(Merge.Top).Backing?.Path != Merge.Base)
        {
            await context.Driver.Merges.RebaseHeaderAsync(Merge.Top, Merge.Base, view.Images.Get(Merge.Base).Format, cancellationToken);
        }
    }
}

/// <summary>Tells an image of another branch the new name of the contents it stands on.</summary>
public sealed record RebaseHeaderStep(ImagePath Image, ImagePath Backing, ImageFormat BackingFormat) : Step
{
    public override string Describe() => $"let {Image} name {Backing} as its backing image";

    public override async Task<Done> IsDoneAsync(StepContext context, CancellationToken cancellationToken) =>
        Facts.Say((await context.ObserveAsync([Image], cancellationToken)).Images.Get(Image).Backing?.Path == Backing);

    public override async Task DoAsync(StepContext context, IProgress<WorkProgress> progress, CancellationToken cancellationToken)
    {
        if (await IsDoneAsync(context, cancellationToken) != Done.Yes)
        {
            await context.Driver.Merges.RebaseHeaderAsync(Image, Backing, BackingFormat, cancellationToken);
        }
    }
}
