using System.Text.Json.Nodes;
using Snaptree.Model;
using Snaptree.Qmp;

namespace Snaptree.Drivers.Qemu;

/// <summary>
/// QEMU's background jobs. All of ours are started with <c>auto-dismiss</c> off, so that a job that ended while nobody listened is still
/// there to be asked how.
/// </summary>
internal sealed class QemuJobs(QemuSettings settings)
{
    internal static async Task<bool> ExistsAsync(QmpClient qmp, string id, CancellationToken cancellationToken) =>
        await FindAsync(qmp, id, cancellationToken) is not null;

    /// <summary>
    /// Measured on 7.2: a migration that completes while a job still writes ends QEMU, and the guest with it
    /// (<c>bdrv_co_write_req_prepare: Assertion `!(bs->open_flags &amp; BDRV_O_INACTIVE)' failed</c>).
    /// </summary>
    /// <exception cref="SnapshotException"><see cref="ErrorCode.OperationUnsupported"/> when any job is at work.</exception>
    internal static async Task RefuseAnyAtWorkAsync(QmpClient qmp, string action, CancellationToken cancellationToken)
    {
        if ((await ListAsync(qmp, cancellationToken)).FirstOrDefault(job => job.IsAtWork) is { } job)
        {
            throw new SnapshotException(
                ErrorCode.OperationUnsupported,
                $"QEMU cannot {action} while its job '{job.Id}' ({job.Kind}, {job.Status}) is at work",
                "Wait until it has finished or cancel it where it was started, then try again.");
        }
    }

    internal static async Task<IReadOnlyList<JobView>> ListAsync(QmpClient qmp, CancellationToken cancellationToken)
    {
        var jobs = await qmp.ExecuteAsync("query-jobs", ct: cancellationToken);
        return [.. jobs.EnumerateArray().Select(job => new JobView(
            job.GetProperty("id").GetString()!, job.GetProperty("type").GetString()!, job.GetProperty("status").GetString()!))];
    }

    /// <summary>Waits until the job has ended, and forgets it.</summary>
    /// <exception cref="SnapshotException">It failed, or made no progress for too long.</exception>
    internal async Task CompleteAsync(QmpClient qmp, string id, IProgress<WorkProgress> progress, CancellationToken cancellationToken)
    {
        await WaitAsync(qmp, id, JobView.Concluded, progress, cancellationToken);
        await DismissAsync(qmp, id, mustSucceed: true, cancellationToken);
    }

    /// <summary>Waits until the job keeps both images in step.</summary>
    /// <exception cref="SnapshotException">It failed, or made no progress for too long.</exception>
    internal async Task BecomeReadyAsync(QmpClient qmp, string id, IProgress<WorkProgress> progress, CancellationToken cancellationToken)
    {
        if (await WaitAsync(qmp, id, JobView.Ready, progress, cancellationToken) == JobView.Concluded)
        {
            await DismissAsync(qmp, id, mustSucceed: true, cancellationToken);
        }
    }

    /// <summary>Cancels the job, waits for its end and forgets it. Nothing happens when there is none.</summary>
    internal async Task CancelAsync(QmpClient qmp, string id, CancellationToken cancellationToken)
    {
        if (await FindAsync(qmp, id, cancellationToken) is not { } job)
        {
            return;
        }

        if (job.Status != JobView.Concluded)
        {
            await AskToCancelAsync(qmp, id, cancellationToken);
        }

        await SettleAsync(qmp, id, cancellationToken);
    }

    /// <summary>A job may end by itself between our look and our word; QEMU refuses to cancel it then, and there is nothing left to cancel.</summary>
    private static async Task AskToCancelAsync(QmpClient qmp, string id, CancellationToken cancellationToken)
    {
        try
        {
            await qmp.ExecuteAsync("job-cancel", new JsonObject { ["id"] = id }, ct: cancellationToken);
        }
        catch (QmpCommandException)
        {
            if (await FindAsync(qmp, id, cancellationToken) is { Status: not JobView.Concluded })
            {
                throw;
            }
        }
    }

    /// <summary>Waits for the end of the job, whichever it is, and forgets it. Nothing happens when there is none.</summary>
    internal async Task SettleAsync(QmpClient qmp, string id, CancellationToken cancellationToken)
    {
        if (await ExistsAsync(qmp, id, cancellationToken))
        {
            await WaitAsync(qmp, id, JobView.Concluded, new Progress<WorkProgress>(), cancellationToken);
            await DismissAsync(qmp, id, mustSucceed: false, cancellationToken);
        }
    }

    private async Task<string> WaitAsync(
        QmpClient qmp, string id, string status, IProgress<WorkProgress> progress, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(settings.PollInterval, settings.Time);
        var last = default(WorkProgress);
        var moved = settings.Time.GetTimestamp();
        while (true)
        {
            var job = await FindAsync(qmp, id, cancellationToken) ?? throw new SnapshotException(
                ErrorCode.OperationFailed, $"QEMU's job {id} vanished", "Somebody dismissed it outside this tool; recover the domain.");
            if (job.Progress != last)
            {
                (last, moved) = (job.Progress, settings.Time.GetTimestamp());
                progress.Report(last);
            }

            if (job.Status == status || job.Status == JobView.Concluded)
            {
                return job.Status;
            }

            if (settings.Time.GetElapsedTime(moved) > settings.StallDeadline)
            {
                throw new SnapshotException(
                    ErrorCode.OperationTimeout, $"QEMU's job {id} makes no progress", "Look at the storage; then recover the domain.");
            }

            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }

    private static async Task DismissAsync(QmpClient qmp, string id, bool mustSucceed, CancellationToken cancellationToken)
    {
        var job = await FindAsync(qmp, id, cancellationToken);
        await qmp.ExecuteAsync("job-dismiss", new JsonObject { ["id"] = id }, ct: cancellationToken);
        if (mustSucceed && job?.Error is { } error)
        {
            throw new SnapshotException(ErrorCode.OperationFailed, $"QEMU's job {id} failed: {error}", "Remove the cause and try again.")
            {
                Foreign = new ForeignError("QEMU", "job", error),
            };
        }
    }

    private static async Task<Job?> FindAsync(QmpClient qmp, string id, CancellationToken cancellationToken)
    {
        var jobs = await qmp.ExecuteAsync("query-jobs", ct: cancellationToken);
        foreach (var job in jobs.EnumerateArray().Where(job => job.GetProperty("id").GetString() == id))
        {
            return new Job(
                job.GetProperty("status").GetString()!,
                new WorkProgress(job.GetProperty("current-progress").GetInt64(), job.GetProperty("total-progress").GetInt64()),
                job.TryGetProperty("error", out var error) ? error.GetString() : null);
        }

        return null;
    }

    private sealed record Job(string Status, WorkProgress Progress, string? Error);
}
