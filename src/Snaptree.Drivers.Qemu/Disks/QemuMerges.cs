using System.Text.Json.Nodes;
using Snaptree.Model;
using Snaptree.Qmp;

namespace Snaptree.Drivers.Qemu;

/// <inheritdoc cref="IImageMerges"/>
internal sealed class QemuMerges(QemuConnections connections, QemuObserver observer, QemuJobs jobs, OfflineMerges offline) : IImageMerges
{
    public async Task CommitAsync(DomainSpec domain, MergeRequest request, IProgress<WorkProgress> progress, CancellationToken cancellationToken)
    {
        var view = await observer.ObserveAsync(domain, [request.Top, request.Base], cancellationToken);
        if (!view.IsOpen(request.Base))
        {
            await offline.CommitAsync(view.Images, request, progress, cancellationToken);
            return;
        }

        await connections.OperateAsync(
            domain, "commit an image", qmp => CommitLiveAsync(qmp, view, request, progress, cancellationToken), cancellationToken);
    }

    public async Task PivotAsync(DomainSpec domain, MergeRequest request, IProgress<WorkProgress> progress, CancellationToken cancellationToken)
    {
        var view = await observer.ObserveAsync(domain, [request.Top, request.Base], cancellationToken);
        if (!view.IsActive)
        {
            await offline.CommitAsync(view.Images, request, progress, cancellationToken);
            return;
        }

        await connections.OperateAsync(domain, "move the guest to the merged image", async qmp =>
        {
            if (view.OpenTop(request.Disk) == request.Top)
            {
                await CommitLiveAsync(qmp, view, request, progress, cancellationToken);
                await qmp.ExecuteAsync("job-complete", new JsonObject { ["id"] = request.JobId }, ct: cancellationToken);
            }

            if (await QemuJobs.ExistsAsync(qmp, request.JobId, cancellationToken))
            {
                await jobs.CompleteAsync(qmp, request.JobId, progress, cancellationToken);
            }

            await BlockFlush.FlushAsync(qmp, request.Disk, request.Base, cancellationToken);
            await QemuOverlays.RemoveNodesAsync(qmp, request.Disk, request.Top, cancellationToken);
        }, cancellationToken);
    }

    public async Task PullAsync(DomainSpec domain, MergeRequest request, IProgress<WorkProgress> progress, CancellationToken cancellationToken)
    {
        var view = await observer.ObserveAsync(domain, [request.Top, request.Base], cancellationToken);
        if (!view.IsOpen(request.Top))
        {
            await offline.PullAsync(view.Images, request, progress, cancellationToken);
            return;
        }

        await connections.OperateAsync(
            domain, "stream an image", qmp => PullLiveAsync(qmp, view, request, progress, cancellationToken), cancellationToken);
    }

    public async Task CancelAsync(DomainSpec domain, string jobId, CancellationToken cancellationToken)
    {
        if (connections.IsAlive(domain))
        {
            await connections.OperateAsync(
                domain, "cancel a job", qmp => jobs.CancelAsync(qmp, jobId, cancellationToken), cancellationToken);
        }
    }

    public Task RebaseHeaderAsync(ImagePath image, ImagePath backing, ImageFormat backingFormat, CancellationToken cancellationToken) =>
        offline.RebaseHeaderAsync(image, backing, backingFormat, cancellationToken);

    private async Task CommitLiveAsync(
        QmpClient qmp, DomainView view, MergeRequest request, IProgress<WorkProgress> progress, CancellationToken cancellationToken)
    {
        var device = view.OpenTop(request.Disk)!.Value;
        var isActive = device == request.Top;
        if (!await QemuJobs.ExistsAsync(qmp, request.JobId, cancellationToken))
        {
            if (!view.IsOpen(request.Top))
            {
                // A job left by a crash has done it all, but for the flush.
                await BlockFlush.FlushAsync(qmp, request.Disk, request.Base, cancellationToken);
                return;
            }

            await qmp.ExecuteAsync("block-commit", CommitArguments(request, device, isActive), ct: cancellationToken);
        }

        if (isActive)
        {
            await jobs.BecomeReadyAsync(qmp, request.JobId, progress, cancellationToken);
            return;
        }

        await jobs.CompleteAsync(qmp, request.JobId, progress, cancellationToken);
        await BlockFlush.FlushAsync(qmp, request.Disk, request.Base, cancellationToken);
        await QemuOverlays.RemoveNodesAsync(qmp, request.Disk, request.Top, cancellationToken);
    }

    private static JsonObject CommitArguments(MergeRequest request, ImagePath device, bool isActive)
    {
        var arguments = new JsonObject
        {
            ["job-id"] = request.JobId,
            ["device"] = NodeNames.Format(request.Disk, device),
            ["base-node"] = NodeNames.Format(request.Disk, request.Base),
            ["top-node"] = NodeNames.Format(request.Disk, request.Top),
            ["auto-dismiss"] = false,
        };
        if (!isActive)
        {
            arguments["backing-file"] = request.Base.Value;
        }

        return arguments;
    }

    private async Task PullLiveAsync(
        QmpClient qmp, DomainView view, MergeRequest request, IProgress<WorkProgress> progress, CancellationToken cancellationToken)
    {
        var exists = await QemuJobs.ExistsAsync(qmp, request.JobId, cancellationToken);
        if (!exists && view.IsOpen(request.Base))
        {
            await qmp.ExecuteAsync("block-stream", PullArguments(view, request), ct: cancellationToken);
            exists = true;
        }

        if (exists)
        {
            await jobs.CompleteAsync(qmp, request.JobId, progress, cancellationToken);
        }

        await BlockFlush.FlushAsync(qmp, request.Disk, request.Top, cancellationToken);
        await QemuOverlays.RemoveNodesAsync(qmp, request.Disk, request.Base, cancellationToken);
    }

    private static JsonObject PullArguments(DomainView view, MergeRequest request)
    {
        var arguments = new JsonObject
        {
            ["job-id"] = request.JobId,
            ["device"] = NodeNames.Format(request.Disk, request.Top),
            ["auto-dismiss"] = false,
        };
        if (view.Images.Get(request.Base).Backing is { } below)
        {
            arguments["base-node"] = NodeNames.Format(request.Disk, below.Path);
            arguments["backing-file"] = below.Path.Value;
        }

        return arguments;
    }
}
