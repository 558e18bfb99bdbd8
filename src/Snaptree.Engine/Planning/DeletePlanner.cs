using System.Collections.Immutable;
using Snaptree.Drivers;
using Snaptree.Model;

namespace Snaptree.Engine;

/// <summary>
/// Decides how snapshots are deleted: drop the restore points, then get rid of every image that nobody needs. The guest's present contents
/// never change. Pure.
/// </summary>
public static class DeletePlanner
{
    /// <exception cref="SnapshotException">The request cannot be carried out; nothing has been touched.</exception>
    public static Plan Plan(PlanFacts facts, Snapshot snapshot, DeleteRequest request)
    {
        var gone = request.GoneFrom(facts.Tree, snapshot);
        RefuseUnfit(facts, snapshot, request, gone);
        var builder = new PlanBuilder(facts.Operation, TitleOf(facts, snapshot, request));
        foreach (var one in gone)
        {
            builder.Destroys($"the restore point '{one.Name}'");
        }

        if (request.MetadataOnly)
        {
            ForgetPlanner.Add(facts, builder, gone, Drop(facts, gone));
            return builder.Build();
        }

        facts.RefuseJobs(ErrorCode.OperationUnsupported);
        AddDataFirst(facts, builder, gone);
        return builder.Build();
    }

    private static void AddDataFirst(PlanFacts facts, PlanBuilder builder, IReadOnlyList<Snapshot> gone)
    {
        var goneUuids = gone.Select(snapshot => snapshot.Uuid).ToHashSet();
        var remaining = facts.Tree.All.Where(other => !goneUuids.Contains(other.Uuid)).ToList();
        var rounds = MergeRounds.Of(Fates(facts, remaining));
        foreach (var snapshot in gone)
        {
            AddInternal(facts, builder, snapshot);
        }

        // The first round's record also drops the snapshots; without any round there is still that record.
        var drop = Drop(facts, gone);
        foreach (var round in rounds.DefaultIfEmpty(MergeRound.Nothing))
        {
            AddRound(facts, builder, round, drop);
            drop = new CatalogueChange();
        }

        builder.Add(new WriteRecordsStep(Touched(facts, goneUuids, rounds, remaining)));
        foreach (var memory in gone.Select(snapshot => snapshot.MemoryPath).OfType<string>())
        {
            builder.Add(new DeleteMemoryStep(memory));
            builder.Removes(memory);
        }

        foreach (var snapshot in gone)
        {
            NoteKept(facts, builder, snapshot, remaining, rounds);
        }
    }

    private static string TitleOf(PlanFacts facts, Snapshot snapshot, DeleteRequest request)
    {
        var what = request.Scope switch
        {
            DeleteScope.Subtree => $"snapshot '{snapshot.Name}' and all below it",
            DeleteScope.Descendants => $"all snapshots below '{snapshot.Name}'",
            _ => $"snapshot '{snapshot.Name}'",
        };
        return $"{(request.MetadataOnly ? "forget" : "delete")} {what} of domain '{facts.DomainName}'";
    }

    private static void RefuseUnfit(PlanFacts facts, Snapshot snapshot, DeleteRequest request, IReadOnlyList<Snapshot> gone)
    {
        if (request.RefuseChildren && facts.Tree.ChildrenOf(snapshot) is [var child, ..])
        {
            throw facts.Refuse(
                ErrorCode.OperationInvalid,
                $"snapshot '{snapshot.Name}' cannot be discarded: '{child.Name}' descends from it",
                "Merge it to keep what descends from it, or discard all of it together.");
        }

        if (gone.Count == 0)
        {
            throw facts.Refuse(
                ErrorCode.OperationInvalid, $"nothing descends from snapshot '{snapshot.Name}'", "There is nothing to delete.");
        }
    }

    private static List<ImageFate> Fates(PlanFacts facts, List<Snapshot> remaining)
    {
        var images = facts.Images.ToLookup(image => image.Disk);
        return [.. facts.Domain.ActiveImages.SelectMany(active =>
            new Coalescer(facts, active.Key, active.Value, remaining).Coalesce(images[active.Key].Select(image => image.Path)))];
    }

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

    /// <summary>When the current snapshot goes, the nearest one above it that stays takes its place.</summary>
    private static CatalogueChange Drop(PlanFacts facts, IReadOnlyList<Snapshot> gone)
    {
        var current = gone.FirstOrDefault(snapshot => snapshot.Uuid == facts.Domain.Current);
        return new CatalogueChange
        {
            Remove = [.. gone.Select(snapshot => snapshot.Uuid)],
            Current = current is null ? null : new CurrentMove(gone[0].Parent),
        };
    }

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
        builder.Needs(pull.Top.Folder, GrowthOf(facts, pull.Top, pull.Image, pull.Bytes), facts.FreeBytes.GetValueOrDefault(pull.Top.Folder));
    }

    private static void AddCommit(
        PlanFacts facts, PlanBuilder builder, MergeRound round, ImageFate.Commit commit, List<MergeRequest> pivots)
    {
        var merge = new MergeRequest(commit.Disk, commit.Top, commit.Image, builder.JobId($"{commit.Disk}-commit-{round.Number}"));
        builder.AddNoReturn(new CommitImageStep(merge));
        builder.CopiedBytes += commit.Bytes;
        builder.Needs(commit.Image.Folder, GrowthOf(facts, commit.Image, commit.Top, commit.Bytes), facts.FreeBytes.GetValueOrDefault(commit.Image.Folder));
        var format = facts.View.Images.Get(commit.Image).Format;
        builder.AddRange(commit.Rebased.Select(dependent => new RebaseHeaderStep(dependent, commit.Image, format)));
        if (commit.MovesActive && facts.View.OpenTop(commit.Disk) is not null)
        {
            pivots.Add(merge);
        }
    }

    /// <summary>
    /// How much an image can grow by taking in that many bytes of another: where it holds data already they are replaced. An image with
    /// internal snapshots keeps the old ones for those.
    /// </summary>
    private static long GrowthOf(PlanFacts facts, ImagePath path, ImagePath other, long bytes)
    {
        var image = facts.View.Images.Get(path);
        var size = Math.Max(image.VirtualBytes, facts.View.Images.Get(other).VirtualBytes);
        return image.InternalSnapshots.IsEmpty ? Math.Clamp(size - image.AllocatedBytes, 0, bytes) : bytes;
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
    private static ImmutableArray<Guid> Touched(PlanFacts facts, HashSet<Guid> gone, IReadOnlyList<MergeRound> rounds, List<Snapshot> remaining)
    {
        var moved = rounds.SelectMany(round => round.Gone).ToHashSet();
        var touched = remaining
            .Where(other => (other.Parent is { } above && gone.Contains(above))
                || other.Disks.Any(part => (part.Image is { } image && moved.Contains(image)) || (part.Overlay is { } overlay && moved.Contains(overlay))))
            .Select(other => other.Uuid);
        var heir = gone.Where(uuid => uuid == facts.Domain.Current).Select(uuid => facts.Tree.Get(uuid))
            .SelectMany(current => facts.Tree.AncestorsOf(current)).FirstOrDefault(above => !gone.Contains(above.Uuid));
        return [.. touched.Concat(heir is null ? [] : [heir.Uuid]).Concat(gone).Distinct()];
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
