using System.Collections.Immutable;
using Snaptree.Model;

namespace Snaptree.Engine;

/// <summary>Fates of different disks that are acted on together, and written to the catalogue together.</summary>
/// <param name="Number">Counts from 1; part of the names of its jobs, because one disk may have a job of a kind in every round.</param>
internal sealed record MergeRound(
    int Number, ImmutableArray<ImageFate.Pull> Pulls, ImmutableArray<ImageFate.Commit> Commits, ImmutableArray<ImageFate.Unlink> Unlinks)
{
    internal static MergeRound Nothing { get; } = new(1, [], [], []);

    /// <summary>Images whose files go once the catalogue no longer names them.</summary>
    internal IEnumerable<ImagePath> Gone =>
        Pulls.Select(pull => pull.Image).Concat(Commits.Select(commit => commit.Top)).Concat(Unlinks.Select(unlink => unlink.Image));
}

/// <summary>
/// Orders fates into rounds: what follows on one disk may depend on what came before it on that disk, different disks do not depend on
/// each other. So each round takes the next fate of every disk.
/// </summary>
internal static class MergeRounds
{
    internal static ImmutableArray<MergeRound> Of(IEnumerable<ImageFate> fates)
    {
        var byDisk = fates.GroupBy(fate => fate.Disk).Select(group => group.ToList()).ToList();
        var count = byDisk.Select(list => list.Count).DefaultIfEmpty(0).Max();
        return [.. Enumerable.Range(0, count).Select(at => Round(at + 1, [.. byDisk.Where(list => list.Count > at).Select(list => list[at])]))];
    }

    private static MergeRound Round(int number, List<ImageFate> fates) =>
        new(number, [.. fates.OfType<ImageFate.Pull>()], [.. fates.OfType<ImageFate.Commit>()], [.. fates.OfType<ImageFate.Unlink>()]);
}
