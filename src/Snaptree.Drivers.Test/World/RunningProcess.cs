using System.Collections.Immutable;
using Snaptree.Model;

namespace Snaptree.Drivers.Test;

/// <summary>Names a process of the hypervisor.</summary>
internal readonly record struct ProcessKey(Guid Domain, InstanceId Instance);

/// <summary>A disk as a process has it open.</summary>
/// <param name="Chain">The images, top first; empty for an empty drive.</param>
internal sealed record OpenDisk(DiskTarget Target, bool IsWritable, ImmutableArray<ImagePath> Chain);

/// <summary>Work of a process that outlives the call which began it.</summary>
internal abstract record Job(string Id, string Status)
{
    internal const string Running = "running";
    internal const string Concluded = "concluded";

    internal abstract string Kind { get; }
}

/// <summary>A commit or a stream.</summary>
internal sealed record MergeJob(MergeRequest Merge, bool IsCommit, string Status) : Job(Merge.JobId, Status)
{
    internal override string Kind => IsCommit ? "commit" : "stream";
}

/// <summary>An internal snapshot being taken; the guest stands still for it.</summary>
internal sealed record SaveJob(InternalSaveRequest Request, string Status) : Job(Request.JobId, Status)
{
    internal override string Kind => "snapshot-save";
}

/// <summary>A process that runs a domain.</summary>
/// <param name="Id">Number of the process; the world counts them from 1.</param>
internal sealed record RunningProcess(ProcessKey Key, int Id, string Machine, GuestMemory Memory, ImmutableArray<OpenDisk> Disks)
{
    internal bool IsResumed { get; init; }

    /// <summary>The process has taken the places that the definition names.</summary>
    internal bool HasPlaces { get; init; }

    /// <summary>Overlays that are open and that no disk uses yet.</summary>
    internal ImmutableHashSet<ImagePath> Prepared { get; init; } = [];

    internal ImmutableSortedDictionary<string, Job> Jobs { get; init; } = ImmutableSortedDictionary<string, Job>.Empty;

    /// <summary>The guest's agent holds its file systems still.</summary>
    internal bool IsFrozen { get; init; }

    internal bool IsRunning => IsResumed && !Jobs.Values.OfType<SaveJob>().Any(job => job.Status == Job.Running);

    internal OpenDisk? Disk(DiskTarget target) => Disks.FirstOrDefault(disk => disk.Target == target);

    internal ImagePath? Top(DiskTarget target) => Disk(target) is { Chain: [var top, ..] } ? top : null;

    internal bool IsOpen(ImagePath path) => Prepared.Contains(path) || Disks.Any(disk => disk.Chain.Contains(path));

    internal bool Writes(ImagePath path) =>
        Prepared.Contains(path)
        || Disks.Any(disk => disk.IsWritable && disk.Chain is [var top, ..] && top == path)
        || Jobs.Values.OfType<MergeJob>().Any(job => job.Status != Job.Concluded && (job.IsCommit ? job.Merge.Base : job.Merge.Top) == path);

    internal RunningProcess With(OpenDisk changed) =>
        this with { Disks = [.. Disks.Select(disk => disk.Target == changed.Target ? changed : disk)] };

    internal RunningProcess With(Job job) => this with { Jobs = Jobs.SetItem(job.Id, job) };

    internal RunningProcess WithoutJob(string id) => this with { Jobs = Jobs.Remove(id) };
}
