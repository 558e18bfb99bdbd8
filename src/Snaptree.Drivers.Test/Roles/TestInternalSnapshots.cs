using System.Collections.Immutable;
using Snaptree.Model;

namespace Snaptree.Drivers.Test;

/// <inheritdoc cref="IInternalSnapshots"/>
internal sealed class TestInternalSnapshots(TestHost host) : IInternalSnapshots
{
    public async Task SaveAsync(DomainSpec domain, InternalSaveRequest request, IProgress<WorkProgress> progress, CancellationToken cancellationToken)
    {
        var run = await host.BeginAsync(DriverCall.SaveInternal, cancellationToken);
        if (host.World.Find(domain) is null)
        {
            host.Change(now => SaveOffline(host.Look(now, domain), domain, request));
        }
        else
        {
            host.Change(now => Begin(now, now.Get(domain), request));
            progress.Report(new WorkProgress(0, domain.Definition.MemoryBytes));
            run.Meet(FaultMoment.Midway);
            host.Change(now => Settle(now, now.Get(domain), request.JobId));
            progress.Report(new WorkProgress(domain.Definition.MemoryBytes, domain.Definition.MemoryBytes));
        }

        run.Meet(FaultMoment.After);
    }

    public Task SettleAsync(DomainSpec domain, string jobId, CancellationToken cancellationToken) =>
        host.ActAsync(
            DriverCall.SettleInternal, now => now.Find(domain) is { } process ? Settle(now, process, jobId) : now, cancellationToken);

    public Task DeleteAsync(DomainSpec domain, string tag, ImmutableArray<ImagePath> images, CancellationToken cancellationToken) =>
        host.ActAsync(DriverCall.DeleteInternal, now => Delete(now, domain, tag, images), cancellationToken);

    public Task LoadAsync(DomainSpec domain, string tag, ImmutableArray<DiskTarget> disks, CancellationToken cancellationToken) =>
        host.ActAsync(DriverCall.LoadInternal, now => Load(now, domain, tag, disks), cancellationToken);

    public Task ApplyAsync(DomainSpec domain, string tag, ImmutableArray<ImagePath> images, CancellationToken cancellationToken) =>
        host.ActAsync(
            DriverCall.ApplyInternal,
            now => images.Aggregate(now, (before, path) =>
            {
                before.RefuseLockedChain(path);
                return InternalTable.Apply(before, path, tag);
            }),
            cancellationToken);

    private World SaveOffline(World now, DomainSpec domain, InternalSaveRequest request)
    {
        var images = request.Disks.Select(disk => domain.ActiveImage(domain.Definition.Disk(disk))!.Value).ToList();
        foreach (var path in images)
        {
            now.RefuseLockedChain(path);
        }

        InternalTable.RefuseUnfit(now, host.Settings, request.Tag, images);
        return InternalTable.Save(now, request.Tag, images, memory: null, host.Settings.Time.GetUtcNow());
    }

    private World Begin(World now, RunningProcess process, InternalSaveRequest request)
    {
        if (process.Jobs.ContainsKey(request.JobId))
        {
            throw TestErrors.Refused("job", $"the job {request.JobId} exists already", "Let it settle first.");
        }

        foreach (var disk in request.Disks)
        {
            Busy.Refuse(process, disk);
        }

        InternalTable.RefuseUnfit(now, host.Settings, request.Tag, request.Disks.Select(disk => process.Top(disk)!.Value));
        return now.With(process.With(new SaveJob(request, Job.Running)));
    }

    private World Settle(World now, RunningProcess process, string jobId)
    {
        if (!process.Jobs.ContainsKey(jobId))
        {
            return now;
        }

        var ended = Jobs.RunOut(now, process.Key, jobId, host.Settings.Time.GetUtcNow());
        return ended.With(ended.Processes[process.Key].WithoutJob(jobId));
    }

    private static World Delete(World now, DomainSpec domain, string tag, ImmutableArray<ImagePath> images)
    {
        var process = now.Find(domain);
        foreach (var path in images.Where(path => now.Find(path)?.Find(tag) is not null))
        {
            if (process?.Disks.Any(disk => disk.IsWritable && disk.Chain is [var top, ..] && top == path) is not true)
            {
                now.RefuseLockedChain(path);
            }

            now = now.With(now.Get(path).Without(tag));
        }

        return now;
    }

    private static World Load(World now, DomainSpec domain, string tag, ImmutableArray<DiskTarget> disks)
    {
        var process = now.Get(domain);
        if (process.IsRunning)
        {
            throw TestErrors.Running(domain, "load an internal snapshot");
        }

        var tops = disks.Select(disk => process.Top(disk)!.Value).ToList();
        var memory = tops.Select(path => InternalTable.Get(now, path, tag).Memory).FirstOrDefault(memory => memory is not null)
            ?? throw TestErrors.Refused("snapshot", $"no image holds the memory of the internal snapshot '{tag}'", "It was removed outside this tool.", domain);
        if (memory.Bytes != process.Memory.Bytes)
        {
            throw TestErrors.Memory(tag, $"it was saved from a guest with {memory.Bytes} bytes of memory, this one has {process.Memory.Bytes}");
        }

        return tops.Aggregate(now, (before, path) => InternalTable.Apply(before, path, tag)).With(process with { Memory = memory });
    }
}
