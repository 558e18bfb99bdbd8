using System.Collections.Immutable;
using Snaptree.Drivers;
using Snaptree.Formats;
using Snaptree.Model;

namespace Snaptree.Engine;

/// <summary>
/// Going back to a snapshot inside the images. The image is written to, so it must be nobody else's backing; where the same definition
/// and images run already, the running process loads the state itself.
/// </summary>
internal static class InternalRevert
{
    internal static void Add(PlanFacts facts, RevertRequest request, PlanBuilder builder)
    {
        var parts = request.Snapshot.Disks.Where(part => part.Location == SnapshotLocation.Internal).ToImmutableArray();
        var images = parts.Select(part => part.Image!.Value).ToImmutableArray();
        foreach (var part in parts)
        {
            RefuseUnfitImage(facts, request, part);
        }

        var disks = Disks(facts, request, parts);
        var (active, run) = RevertPlanner.TargetState(request);
        if (request.Snapshot.Memory == MemoryLocation.No)
        {
            AddDisksOnly(facts, request, builder, images, disks, active, run);
            return;
        }

        AddWithMemory(facts, request, builder, disks, run);
    }

    private static void AddWithMemory(PlanFacts facts, RevertRequest request, PlanBuilder builder, ImmutableArray<ActiveImage> disks, bool run)
    {
        var targets = request.Snapshot.Disks.Where(part => part.Location == SnapshotLocation.Internal).Select(part => part.Target).ToImmutableArray();
        var inPlace = facts.View.IsActive && facts.Domain.Xml == RevertPlanner.DefinitionOf(facts, request)
            && disks.All(disk => facts.Domain.ActiveImages.GetValueOrDefault(disk.Disk) == disk.Path);
        var standby = inPlace
            ? facts.Running()
            : new StandbySpec(new InstanceId(facts.Operation.Value), RevertPlanner.DefinitionOf(facts, request), disks);
        if (inPlace)
        {
            builder.Add(new PauseGuestStep());
        }
        else if (!facts.View.IsActive || !disks.Any(disk => facts.View.IsOpen(disk.Path)))
        {
            builder.Add(new LaunchStandbyStep(standby, null));
        }

        if (facts.View.IsActive && !inPlace)
        {
            builder.AddNoReturn(new StopGuestStep(facts.Running()));
        }

        builder.AddNoReturn(new LoadInternalStep(standby, request.Snapshot.InternalTag, targets));
        builder.CopiedBytes += facts.Definition.MemoryBytes;
        if (facts.View.IsActive)
        {
            builder.GuestPause = "the guest stands still while memory and disks are read back from the image";
        }

        RevertPlanner.AddOutcome(facts, request, builder, disks, [], standby.Instance);
        AddBegin(builder, run);
        RevertPlanner.AddUnlinks(facts, builder, disks);
    }

    private static void AddDisksOnly(
        PlanFacts facts, RevertRequest request, PlanBuilder builder, ImmutableArray<ImagePath> images, ImmutableArray<ActiveImage> disks, bool active, bool run)
    {
        if (facts.View.IsActive)
        {
            builder.AddNoReturn(new StopGuestStep(facts.Running()));
        }

        builder.AddNoReturn(new ApplyInternalStep(request.Snapshot.InternalTag, images));
        var standby = active
            ? new StandbySpec(new InstanceId(facts.Operation.Value), RevertPlanner.DefinitionOf(facts, request), disks)
            : null;
        if (standby is not null)
        {
            builder.Add(new LaunchStandbyStep(standby, null));
        }

        RevertPlanner.AddOutcome(facts, request, builder, disks, [], standby?.Instance);
        if (standby is not null)
        {
            AddBegin(builder, run);
        }

        RevertPlanner.AddUnlinks(facts, builder, disks);
    }

    /// <summary>A process that dies after its state was loaded has taken the loaded memory with it: then the guest counts as ended.</summary>
    private static void AddBegin(PlanBuilder builder, bool run)
    {
        builder.Add(new PresentStep());
        if (run)
        {
            builder.Add(new ResumeGuestStep());
        }
    }

    private static ImmutableArray<ActiveImage> Disks(PlanFacts facts, RevertRequest request, ImmutableArray<SnapshotDisk> parts) =>
        [.. DomainXml.Parse(request.DomainXml).Disks.Where(disk => disk.Source is not null).Select(disk => new ActiveImage(
            disk.Target,
            parts.FirstOrDefault(part => part.Target == disk.Target)?.Image
                ?? (facts.Domain.ActiveImages.TryGetValue(disk.Target, out var present) ? present : disk.Source!.Value)))];

    private static void RefuseUnfitImage(PlanFacts facts, RevertRequest request, SnapshotDisk part)
    {
        var image = facts.View.Images.Get(part.Image!.Value);
        if (image.Internal(request.Snapshot.InternalTag) is null)
        {
            throw facts.Refuse(
                ErrorCode.OperationFailed,
                $"{image.Path} no longer holds the internal snapshot '{request.Snapshot.InternalTag}'",
                "Somebody removed it outside this tool; delete the snapshot with its record.",
                part.Target);
        }

        facts.RefuseUseByOthers(request.Snapshot, image.Path);
        if (facts.View.Images.DependentsOf(image.Path) is [var dependent, ..])
        {
            throw facts.Refuse(
                ErrorCode.OperationUnsupported,
                $"snapshot '{request.Snapshot.Name}' lies inside {image.Path}, which is now the backing image of {dependent.Path}",
                "Going back to it would change the bytes under the other image; delete the snapshots that stand on it first.",
                part.Target);
        }

        // Nothing may stand on it and it is somebody's claim all the same: a revert elsewhere has taken the overlay away.
        var claimants = facts.Tree.All.Where(other => other.Disks.Any(disk => disk.Location == SnapshotLocation.External && disk.Image == image.Path));
        if (claimants.FirstOrDefault() is { } claimant)
        {
            throw facts.Refuse(
                ErrorCode.OperationUnsupported,
                $"snapshot '{request.Snapshot.Name}' lies inside {image.Path}, whose present bytes are those of snapshot '{claimant.Name}'",
                $"Going back to it would change them; delete '{claimant.Name}' first.",
                part.Target);
        }
    }
}
