using Snaptree.Model;

namespace Snaptree.Drivers.Test;

/// <summary>A disk's chain is changed by one at a time.</summary>
internal static class Busy
{
    /// <exception cref="SnapshotException"><see cref="ErrorCode.OperationFailed"/>: a job works on this disk.</exception>
    internal static void Refuse(RunningProcess process, DiskTarget disk)
    {
        var job = process.Jobs.Values.FirstOrDefault(job => job.Status != Job.Concluded && WorksOn(job, disk));
        if (job is not null)
        {
            throw TestErrors.Refused("job", $"disk '{disk}' is busy: the job {job.Id} works on it", "Wait for its end.");
        }
    }

    private static bool WorksOn(Job job, DiskTarget disk) =>
        job switch
        {
            MergeJob merge => merge.Merge.Disk == disk,
            SaveJob save => save.Request.Disks.Contains(disk),
            _ => throw new InvalidOperationException($"unknown job {job}"),
        };
}
