using Snaptree.Cli.Text;
using Snaptree.Engine;
using Snaptree.Model;

namespace Snaptree.Cli.Verbs;

/// <summary>What a revert would lose of the present state. Pure.</summary>
internal static class PresentState
{
    /// <summary>Null only when it is sure that nothing would be lost; else what, to follow "would lose".</summary>
    public static string? LossOf(DomainStatus status, SnapshotTree tree, Snapshot target)
    {
        var since = tree.Current is { } current ? $"since snapshot '{current.Name}'" : "that no snapshot keeps";
        if (status.View.IsActive)
        {
            return $"the memory of the running guest and everything it did {since}";
        }

        var written = target.Disks.Where(part => part.Location is SnapshotLocation.Internal or SnapshotLocation.External)
            .Select(part => part.Target).Where(disk => !IsUntouched(status, tree.Current, disk)).ToList();
        return written.Count == 0 ? null : $"what was written to {string.Join(", ", written)} {since}{SizeOf(status, written)}";
    }

    /// <summary>True when the disk's active image is a fresh overlay on the very image that the current snapshot keeps.</summary>
    private static bool IsUntouched(DomainStatus status, Snapshot? current, DiskTarget disk) =>
        status.Domain.ActiveImages.TryGetValue(disk, out var active)
        && status.View.Images.Find(active) is { HoldsData: false, Backing: { } backing }
        && current?.Disks.FirstOrDefault(part => part.Target == disk) is { Location: SnapshotLocation.External } part
        && part.Image == backing.Path;

    private static string SizeOf(DomainStatus status, List<DiskTarget> disks)
    {
        var bytes = disks.Sum(disk =>
            status.Domain.ActiveImages.TryGetValue(disk, out var active) ? status.View.Images.Find(active)?.AllocatedBytes ?? 0 : 0);
        return bytes > 0 ? $" (at most {SizeText.Of(bytes)})" : "";
    }
}
