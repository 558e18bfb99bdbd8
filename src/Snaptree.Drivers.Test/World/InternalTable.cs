using Snaptree.Model;

namespace Snaptree.Drivers.Test;

/// <summary>Snapshots inside images, taken in all of them or in none.</summary>
internal static class InternalTable
{
    /// <summary>The end of a save in a running process: the memory goes into the first image.</summary>
    internal static World Save(World world, RunningProcess process, SaveJob job, DateTimeOffset now)
    {
        var images = job.Request.Disks.Select(disk => process.Top(disk)!.Value).ToList();
        return Save(world, job.Request.Tag, images, process.Memory, now).With(process.With(job with { Status = Job.Concluded }));
    }

    internal static World Save(World world, string tag, IReadOnlyList<ImagePath> images, GuestMemory? memory, DateTimeOffset now) =>
        images.Aggregate(world, (before, path) => before.With(before.Get(path).With(tag, now, path == images[0] ? memory : null)));

    /// <exception cref="SnapshotException"><see cref="ErrorCode.OperationFailed"/>: an image cannot hold it, or holds one of that name.</exception>
    internal static void RefuseUnfit(World world, TestHostSettings settings, string tag, IEnumerable<ImagePath> images)
    {
        foreach (var image in images.Select(world.Get))
        {
            if (!settings.InternalFormats.Contains(image.Format))
            {
                throw TestErrors.Refused("snapshot", $"the image {image.Path} cannot hold internal snapshots", "Take an external one.");
            }

            if (image.Find(tag) is not null)
            {
                throw TestErrors.Refused("snapshot", $"Snapshot '{tag}' already exists in {image.Path}", "Choose another name.");
            }
        }
    }

    /// <exception cref="SnapshotException"><see cref="ErrorCode.OperationFailed"/>: the image does not hold it.</exception>
    internal static StoredSnapshot Get(World world, ImagePath path, string tag) =>
        world.Get(path).Find(tag)
        ?? throw TestErrors.Refused("snapshot", $"{path} does not hold the internal snapshot '{tag}'", "It was removed outside this tool.");

    /// <summary>The image reads again as it did then.</summary>
    internal static World Apply(World world, ImagePath path, string tag) =>
        world.With(world.Get(path) with { Blocks = Get(world, path, tag).Blocks });
}
