using System.Collections.Immutable;
using Snaptree.Drivers;
using Snaptree.Model;

namespace Snaptree.Engine;

/// <summary>
/// Decides how a snapshot is deleted with its data merged: drop the restore point, then get rid of every image that nobody needs.
/// The guest's present contents never change. Pure.
/// </summary>
public static class DeletePlanner
{
    /// <exception cref="SnapshotException">The request cannot be carried out; nothing has been touched.</exception>
    public static Plan Plan(PlanFacts facts, Snapshot snapshot)
    {
        facts.RefuseJobs(ErrorCode.OperationUnsupported);
        var builder = new PlanBuilder(facts.Operation, $"delete snapshot '{snapshot.Name}' of domain '{facts.DomainName}'");
        builder.Destroys($"the restore point '{snapshot.Name}'");
        var remaining = facts.Tree.All.Where(other => other.Uuid != snapshot.Uuid).ToList();
        var rounds = MergeRounds.Of(Fates(facts, snapshot, remaining));
        AddInternal(facts, builder, snapshot);

        // The first round's record also drops the snapshot; without any round there is still that record.
        var drop = Drop(facts, snapshot);
        foreach (var round in rounds.DefaultIfEmpty(MergeRound.Nothing))
        {
            AddRound(facts, builder, round, drop);
            drop = new CatalogueChange();
        }

        builder.Add(new WriteRecordsStep(Touched(facts, snapshot, rounds, remaining)));
        if (snapshot.MemoryPath is { } memory)
        {
            builder.Add(new DeleteMemoryStep(memory));
            builder.Removes(memory);
        }

        NoteKept(facts, builder, snapshot, remaining, rounds);
        return builder.Build();
    }

    private static List<ImageFate> Fates(PlanFacts facts, Snapshot snapshot, List<Snapshot> remaining) =>
        [.. snapshot.Disks.Select(part => part.Target)
            .Concat(facts.Domain.ActiveImages.Keys).Distinct()
            .Where(facts.Domain.ActiveImages.ContainsKey)
            .SelectMany(disk => new Coalescer(facts, disk, facts.Domain.ActiveImages[disk], remaining)
                .Coalesce(facts.Images.Where(image => image.Disk == disk).Select(image => image.Path)))];

    private static void AddInternal(PlanFacts facts, PlanBuilder builder, Snapshot snapshot)
    {
        var images = snapshot.Disks.Where(part => part.Location == SnapshotLocation.Internal && part.Image is not null)
            .Select(part => part.Image!.Value).ToImmutableArray();
        if (images.Length == 0)
        {
            return;
        }

        foreach (var image in images)
        {
            RefuseFrozenInGuest(facts, snapshot, image);
            facts.RefuseUseByOthers(snapshot, image);
        }

        builder.AddNoReturn(new DeleteInternalStep(snapshot.InternalTag, images));
        if (facts.View.IsActive && images.Any(facts.View.IsOpen))
        {
            builder.GuestPause = "the guest stands still while the internal snapshot is removed from its image";
        }
    }

    private static void RefuseFrozenInGuest(PlanFacts facts, Snapshot snapshot, ImagePath image)
    {
        facts.View.Images.Get(image);
        if (facts.View.IsOpen(image) && !facts.View.Disks.Any(disk => facts.View.OpenTop(disk.Target) == image))
        {
            throw facts.Refuse(
                ErrorCode.OperationUnsupported,
                $"snapshot '{snapshot.Name}' lies inside {image}, which the running guest has open read-only below an overlay",
                "Delete the snapshots that stand on it first, or shut the guest off.");
        }
    }

    private static CatalogueChange Drop(PlanFacts facts, Snapshot snapshot) =>
        new()
        {
            Remove = [snapshot.Uuid],
            Current = facts.Domain.Current == snapshot.Uuid ? new CurrentMove(snapshot.Parent) : null,
        };

    private static void AddRound(PlanFacts facts, PlanBuilder builder, MergeRound round, CatalogueChange drop)
    {
        foreach (var pull in round.Pulls)
        {
            AddPull(facts, builder, round, pull);
        }

        var pivots = new List<MergeRequest>();
        foreach (var commit in round.Commits)
        {
            AddCommit(facts, builder, round, commit, pivots);
        }

        var pauses = pivots.Count > 0 && facts.View.State == DomainState.Running;
        if (pauses)
        {
            builder.Add(new PauseGuestStep());
            builder.GuestPause = "the guest stands still for some milliseconds when its disk moves to the merged image";
        }

        builder.AddRange(pivots.Select(merge => new PivotStep(merge)));
        builder.AddRecord(Change(facts, round, drop));
        if (pauses)
        {
            builder.Add(new ResumeGuestStep());
        }

        foreach (var gone in round.Gone)
        {
            builder.Add(new DeleteImageStep(gone));
            builder.Removes(gone.Value);
        }
    }

    private static void AddPull(PlanFacts facts, PlanBuilder builder, MergeRound round, ImageFate.Pull pull)
    {
        builder.Add(new PullImageStep(new MergeRequest(pull.Disk, pull.Top, pull.Image, builder.JobId($"{pull.Disk}-pull-{round.Number}")), pull.NewBacking));
        builder.CopiedBytes += pull.Bytes;
        builder.Needs(pull.Top.Folder, GrowthOf(facts, pull.Top, pull.Bytes), facts.FreeBytes.GetValueOrDefault(pull.Top.Folder));
    }

    private static void AddCommit(
        PlanFacts facts, PlanBuilder builder, MergeRound round, ImageFate.Commit commit, List<MergeRequest> pivots)
    {
        var merge = new MergeRequest(commit.Disk, commit.Top, commit.Image, builder.JobId($"{commit.Disk}-commit-{round.Number}"));
        builder.AddNoReturn(new CommitImageStep(merge));
        builder.CopiedBytes += commit.Bytes;
        builder.Needs(commit.Image.Folder, GrowthOf(facts, commit.Image, commit.Bytes), facts.FreeBytes.GetValueOrDefault(commit.Image.Folder));
        var format = facts.View.Images.Get(commit.Image).Format;
        builder.AddRange(commit.Rebased.Select(dependent => new RebaseHeaderStep(dependent, commit.Image, format)));
        if (commit.MovesActive && facts.View.OpenTop(commit.Disk) is not null)
        {
            pivots.Add(merge);
        }
    }

    /// <summary>
    /// How much an image can grow by taking that many bytes in: where it holds data already they are replaced. An image with internal
    /// snapshots keeps the old ones for those.
    /// </summary>
    private static long GrowthOf(PlanFacts facts, ImagePath path, long bytes)
    {
        var image = facts.View.Images.Get(path);
        return image.InternalSnapshots.IsEmpty ? Math.Clamp(image.VirtualBytes - image.AllocatedBytes, 0, bytes) : bytes;
    }

    private static CatalogueChange Change(PlanFacts facts, MergeRound round, CatalogueChange drop)
    {
        var format = (ImagePath path) => facts.View.Images.Get(path).Format;
        return drop with
        {
            Claims =
            [
                .. round.Commits.Select(commit => new ClaimMove(commit.Top, commit.Image, format(commit.Image))),
                .. round.Pulls.Select(pull => new ClaimMove(pull.Image, pull.Top, format(pull.Top))),
            ],
            ActiveImages =
            [
                .. round.Commits.Where(commit => commit.MovesActive).Select(commit => new ActiveImage(commit.Disk, commit.Image)),
            ],
            RemoveImages = [.. round.Gone],
        };
    }

    /// <summary>Snapshots whose record files no longer tell the truth.</summary>
    private static ImmutableArray<Guid> Touched(PlanFacts facts, Snapshot snapshot, IReadOnlyList<MergeRound> rounds, List<Snapshot> remaining)
    {
        var moved = rounds.SelectMany(round => round.Gone).ToHashSet();
        var touched = remaining
            .Where(other => other.Parent == snapshot.Uuid
                || other.Disks.Any(part => (part.Image is { } image && moved.Contains(image)) || (part.Overlay is { } overlay && moved.Contains(overlay))))
            .Select(other => other.Uuid);
        var parent = facts.Domain.Current == snapshot.Uuid && snapshot.Parent is { } uuid ? [uuid] : Array.Empty<Guid>();
        return [.. touched.Concat(parent).Append(snapshot.Uuid).Distinct()];
    }

    private static void NoteKept(
        PlanFacts facts, PlanBuilder builder, Snapshot snapshot, List<Snapshot> remaining, IReadOnlyList<MergeRound> rounds)
    {
        var settled = rounds.SelectMany(round => round.Gone.Concat(round.Commits.Select(commit => commit.Image))).ToHashSet();
        foreach (var image in snapshot.ClaimedImages.Distinct().Where(image => !settled.Contains(image)))
        {
            // A dependent that goes away leaves none behind, unless it is streamed up: then another takes its place.
            var dependents = facts.View.Images.DependentsOf(image)
                .Count(dependent => !rounds.Any(round => round.Unlinks.Any(unlink => unlink.Image == dependent.Path)));
            if (dependents > 1 && !remaining.Any(other => other.ClaimedImages.Contains(image)))
            {
                builder.Note($"{image} stays as a hidden base: {dependents} branches stand on it; it goes when one is left");
            }

            if (facts.ImagesOfOthers.Contains(image))
            {
                builder.Note($"{image} stays: another domain stands on it");
            }
        }
    }
}
