using Snaptree.Model;

namespace Snaptree.Drivers.Test;

/// <inheritdoc cref="IImageMerges"/>
internal sealed class TestImageMerges(TestHost host) : IImageMerges
{
    public async Task CommitAsync(DomainSpec domain, MergeRequest request, IProgress<WorkProgress> progress, CancellationToken cancellationToken)
    {
        var run = await host.BeginAsync(DriverCall.Commit, cancellationToken);
        if (host.World.Find(domain) is { } process && process.IsOpen(request.Base))
        {
            await CommitLiveAsync(run, domain, request, progress, cancellationToken);
        }
        else
        {
            CommitOffline(run, request, progress, cancellationToken);
        }

        run.Meet(FaultMoment.After);
    }

    public async Task PivotAsync(DomainSpec domain, MergeRequest request, IProgress<WorkProgress> progress, CancellationToken cancellationToken)
    {
        var run = await host.BeginAsync(DriverCall.Pivot, cancellationToken);
        if (host.World.Find(domain) is not { } process)
        {
            CommitOffline(run, request, progress, cancellationToken);
        }
        else
        {
            if (process.Top(request.Disk) == request.Top)
            {
                await CommitLiveAsync(run, domain, request, progress, cancellationToken);
            }

            host.Change(now => Pivot(now, now.Get(domain), request));
        }

        run.Meet(FaultMoment.After);
    }

    public async Task PullAsync(DomainSpec domain, MergeRequest request, IProgress<WorkProgress> progress, CancellationToken cancellationToken)
    {
        var run = await host.BeginAsync(DriverCall.Pull, cancellationToken);
        if (host.World.Find(domain) is { } process && process.IsOpen(request.Top))
        {
            host.Change(now => Begin(now, now.Get(domain), request, isCommit: false));
            await FollowAsync(run, domain, request.JobId, progress, cancellationToken);
        }
        else
        {
            PullOffline(run, request, progress, cancellationToken);
        }

        run.Meet(FaultMoment.After);
    }

    public Task CancelAsync(DomainSpec domain, string jobId, CancellationToken cancellationToken) =>
        host.ActAsync(
            DriverCall.CancelJob, now => now.Find(domain) is { } process ? now.With(process.WithoutJob(jobId)) : now, cancellationToken);

    public Task RebaseHeaderAsync(ImagePath image, ImagePath backing, ImageFormat backingFormat, CancellationToken cancellationToken) =>
        host.ActAsync(
            DriverCall.RebaseHeader,
            now =>
            {
                now.RefuseLocked(image, forWriting: true, self: null);
                return now.With(now.Get(image) with { Backing = new Backing(backing.Value, backing, backingFormat) });
            },
            cancellationToken);

    private async Task CommitLiveAsync(
        CallInProgress run, DomainSpec domain, MergeRequest request, IProgress<WorkProgress> progress, CancellationToken cancellationToken)
    {
        host.Change(now => Begin(now, now.Get(domain), request, isCommit: true));
        await FollowAsync(run, domain, request.JobId, progress, cancellationToken);
    }

    /// <summary>
    /// Begins the job, or adopts the one that a crash has left. Without job and without the image that shall go, all is done already.
    /// </summary>
    private static World Begin(World now, RunningProcess process, MergeRequest request, bool isCommit)
    {
        if (process.Jobs.ContainsKey(request.JobId) || !process.IsOpen(isCommit ? request.Top : request.Base))
        {
            return now;
        }

        Busy.Refuse(process, request.Disk);
        RefuseOther(now, request);
        now.RefuseLocked(isCommit ? request.Base : request.Top, forWriting: true, process.Key);
        return now.With(process.With(new MergeJob(request, isCommit, Job.Running)));
    }

    /// <summary>Waits with the job until it waits for us. A job that has ended is forgotten; cancelling leaves the job where it is.</summary>
    private async Task FollowAsync(
        CallInProgress run, DomainSpec domain, string id, IProgress<WorkProgress> progress, CancellationToken cancellationToken)
    {
        for (var steps = 0; host.World.Get(domain).Jobs.GetValueOrDefault(id) is { } job; steps++)
        {
            progress.Report(ProgressOf(host.World, job));
            if (job.Status == Job.Concluded)
            {
                host.Change(now => now.With(now.Get(domain).WithoutJob(id)));
            }
            else if (job.Status == JobView.Ready)
            {
                return;
            }
            else
            {
                if (steps == 1)
                {
                    run.Meet(FaultMoment.Midway);
                }

                cancellationToken.ThrowIfCancellationRequested();
                host.Change(now => Jobs.Step(now, now.Get(domain).Key, id, host.Settings.Time.GetUtcNow()));
                await Task.Yield();
            }
        }
    }

    private static WorkProgress ProgressOf(World now, Job job) =>
        job is MergeJob merge && now.Find(merge.Merge.Top) is not null && now.Find(merge.Merge.Base) is not null
            ? Merging.Progress(now, merge.Merge, merge.IsCommit)
            : default;

    /// <summary>The guest writes to Base from now on; it did before when Top is nowhere in the chain.</summary>
    private static World Pivot(World now, RunningProcess process, MergeRequest request)
    {
        var disk = process.Disk(request.Disk)!;
        return disk.Chain switch
        {
            [var top, ..] when top == request.Top && process.Jobs.GetValueOrDefault(request.JobId)?.Status == JobView.Ready =>
                now.With(process.With(disk with { Chain = disk.Chain.RemoveAt(0) }).WithoutJob(request.JobId)),
            [var top, ..] when top == request.Base => now.With(process.WithoutJob(request.JobId)),
            _ => throw TestErrors.Refused("job", $"disk '{request.Disk}' writes to neither {request.Top} nor {request.Base}", "Observe it again."),
        };
    }

    /// <summary>The top is emptied at the end, which is the evidence that its data went down.</summary>
    private void CommitOffline(CallInProgress run, MergeRequest request, IProgress<WorkProgress> progress, CancellationToken cancellationToken)
    {
        if (host.World.Find(request.Top) is null)
        {
            return;
        }

        RefuseOther(host.World, request);
        CopyOffline(run, request, isCommit: true, progress, cancellationToken);
        host.Change(now => now.With(now.Get(request.Top) with { Blocks = now.Get(request.Top).Blocks.Clear() }));
    }

    private void PullOffline(CallInProgress run, MergeRequest request, IProgress<WorkProgress> progress, CancellationToken cancellationToken)
    {
        if (host.World.Get(request.Top).Backing?.Path != request.Base)
        {
            return;
        }

        CopyOffline(run, request, isCommit: false, progress, cancellationToken);
        host.Change(now => now.With(now.Get(request.Top) with { Backing = now.Get(request.Base).Backing }));
    }

    private void CopyOffline(
        CallInProgress run, MergeRequest request, bool isCommit, IProgress<WorkProgress> progress, CancellationToken cancellationToken)
    {
        var isLeft = true;
        for (var steps = 0; isLeft; steps++)
        {
            if (steps == 1)
            {
                run.Meet(FaultMoment.Midway);
            }

            cancellationToken.ThrowIfCancellationRequested();
            host.Change(now =>
            {
                now.RefuseLockedChain(request.Top);
                now.RefuseLocked(request.Base, forWriting: isCommit, self: null);
                var next = Merging.CopyNext(now, request, isCommit);
                isLeft = next is not null;
                return next ?? now;
            });
            progress.Report(Merging.Progress(host.World, request, isCommit));
        }
    }

    private static void RefuseOther(World now, MergeRequest request)
    {
        if (now.Get(request.Top).Backing?.Path != request.Base)
        {
            throw TestErrors.Refused(
                "image",
                $"{request.Top} does not stand on {request.Base} any more",
                "Somebody changed its header outside this tool; nothing was copied.");
        }
    }
}
