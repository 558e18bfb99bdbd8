using Snaptree.Model;

namespace Snaptree.Drivers.Test;

/// <summary>How a process's jobs go on and end.</summary>
internal static class Jobs
{
    /// <summary>The job's next piece of work; nothing happens when it waits to be asked.</summary>
    /// <exception cref="SnapshotException"><see cref="ErrorCode.OperationFailed"/>: it could not, and is gone.</exception>
    internal static World Step(World world, ProcessKey key, string id, DateTimeOffset now) =>
        world.Processes[key] is var process && process.Jobs[id] is { Status: Job.Running } job
            ? job switch
            {
                MergeJob merge => Merging.CopyNext(world, merge.Merge, merge.IsCommit) ?? Arrive(world, process, merge),
                SaveJob save => InternalTable.Save(world, process, save, now),
                _ => throw new InvalidOperationException($"unknown job {job}"),
            }
            : world;

    /// <summary>To where it waits to be asked.</summary>
    internal static World RunOut(World world, ProcessKey key, string id, DateTimeOffset now)
    {
        while (world.Processes[key].Jobs[id].Status == Job.Running)
        {
            world = Step(world, key, id, now);
        }

        return world;
    }

    /// <summary>Images that get what the guest writes to this disk, besides the one on top.</summary>
    internal static IEnumerable<ImagePath> InStep(RunningProcess process, OpenDisk disk) =>
        process.Jobs.Values.OfType<MergeJob>()
            .Where(job => job.IsCommit && job.Status == JobView.Ready && job.Merge.Disk == disk.Target && job.Merge.Top == disk.Chain[0])
            .Select(job => job.Merge.Base);

    /// <summary>All is copied: a commit of what the guest writes to keeps in step, every other merge takes its image out of the chain.</summary>
    private static World Arrive(World world, RunningProcess process, MergeJob job)
    {
        var disk = process.Disk(job.Merge.Disk)!;
        if (job.IsCommit && disk.Chain[0] == job.Merge.Top)
        {
            return world.With(process.With(job with { Status = JobView.Ready }));
        }

        var gone = job.IsCommit ? job.Merge.Top : job.Merge.Base;
        var above = world.Get(disk.Chain[disk.Chain.IndexOf(gone) - 1]);
        var below = world.Get(gone).Backing;
        return world
            .With(above with { Backing = below })
            .With(process.With(disk with { Chain = disk.Chain.Remove(gone) }).With(job with { Status = Job.Concluded }));
    }
}
