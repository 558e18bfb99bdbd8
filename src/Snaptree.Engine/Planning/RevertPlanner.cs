using System.Collections.Immutable;
using Snaptree.Drivers;
using Snaptree.Formats;
using Snaptree.Model;

namespace Snaptree.Engine;

/// <summary>A revert to carry out.</summary>
/// <param name="DomainXml">The domain document of the snapshot's moment.</param>
/// <param name="Memory">Header of its memory image; null when it has none outside.</param>
public sealed record RevertRequest(Snapshot Snapshot, string DomainXml, MemoryImageInfo? Memory, RevertWish Wish);

/// <summary>
/// Decides how a domain goes back to a snapshot: everything needed is made, opened and loaded before the running guest is ended. Pure.
/// </summary>
public static class RevertPlanner
{
    /// <exception cref="SnapshotException">The request cannot be carried out; nothing has been touched.</exception>
    public static Plan Plan(PlanFacts facts, RevertRequest request)
    {
        facts.RefuseJobs(ErrorCode.OperationInvalid);
        var snapshot = request.Snapshot;
        var builder = new PlanBuilder(facts.Operation, $"revert domain '{facts.DomainName}' to snapshot '{snapshot.Name}'");
        builder.Destroys(facts.Tree.Current is { } current
            ? $"everything the guest did since snapshot '{current.Name}'"
            : "the guest's present state");
        AddManagedSave(facts, request, builder);
        if (!snapshot.IsInternal)
        {
            External(facts, request, builder);
            return builder.Build();
        }

        if (snapshot.IsExternal)
        {
            throw facts.Refuse(
                ErrorCode.OperationUnsupported, $"snapshot '{snapshot.Name}' is partly internal and partly external", "Revert its disks one by one with qemu-img on copies.");
        }

        InternalRevert.Add(facts, request, builder);
        return builder.Build();
    }

    /// <summary>A managed save belongs to the state that is given up: resumed on other disks it would damage them.</summary>
    private static void AddManagedSave(PlanFacts facts, RevertRequest request, PlanBuilder builder)
    {
        if (facts.Domain.ManagedSave is not { } save)
        {
            return;
        }

        if (!request.Wish.Force && request.Snapshot.State is not (SnapshotState.Running or SnapshotState.Paused))
        {
            throw facts.Refuse(
                ErrorCode.RevertRisky,
                $"domain '{facts.DomainName}' has a managed save image, which going back to the inactive snapshot '{request.Snapshot.Name}' gives up",
                "Start the domain to go on from it, or revert with --force to give it up.");
        }

        builder.Destroys($"the saved state in {save}");
    }

    /// <summary>The definition that the revert brings back, under the domain's present name.</summary>
    internal static string DefinitionOf(PlanFacts facts, RevertRequest request) => DomainXml.WithName(request.DomainXml, facts.Domain.Name);

    internal static (bool Active, bool Run) TargetState(RevertRequest request)
    {
        var fromSnapshot = request.Snapshot.State is SnapshotState.Running or SnapshotState.Paused;
        return request.Wish.Target switch
        {
            RevertTarget.Running => (true, true),
            RevertTarget.Paused => (true, false),
            _ => (fromSnapshot, request.Snapshot.State == SnapshotState.Running),
        };
    }

    /// <summary>The outcome in the catalogue, the record files, and the files that nobody needs afterwards.</summary>
    internal static void AddOutcome(
        PlanFacts facts, RevertRequest request, PlanBuilder builder, ImmutableArray<ActiveImage> disks, IEnumerable<ImageRecord> fresh, InstanceId? instance)
    {
        var unlinked = Unlinked(facts, disks);
        builder.AddRecord(new CatalogueChange
        {
            Current = new CurrentMove(request.Snapshot.Uuid),
            ActiveImages = disks,
            AddImages = [.. fresh],
            RemoveImages = unlinked,
            Instance = new InstanceMove(instance),
            Xml = DefinitionOf(facts, request),
            ManagedSave = facts.Domain.ManagedSave is null ? null : new ManagedSaveMove(null),
            Reason = instance is null ? StateReason.Of(ShutoffReason.FromSnapshot)
                : TargetState(request).Run ? StateReason.Of(RunningReason.FromSnapshot)
                : StateReason.Of(PausedReason.FromSnapshot),
        });
        var records = facts.Domain.Current is { } old ? ImmutableArray.Create(request.Snapshot.Uuid, old) : [request.Snapshot.Uuid];
        builder.Add(new WriteRecordsStep([.. records.Distinct()]));
    }

    internal static void AddUnlinks(PlanFacts facts, PlanBuilder builder, ImmutableArray<ActiveImage> disks)
    {
        if (facts.Domain.ManagedSave is { } save)
        {
            builder.Add(new DeleteMemoryStep(save));
            builder.Removes(save);
        }

        foreach (var path in Unlinked(facts, disks))
        {
            builder.Add(new DeleteImageStep(path));
            builder.Removes(path.Value);
        }
    }

    private static void External(PlanFacts facts, RevertRequest request, PlanBuilder builder)
    {
        var definition = DomainXml.Parse(request.DomainXml);
        RefuseForeignMemory(facts, request, definition);
        var overlays = request.Snapshot.Disks.Where(part => part.Location == SnapshotLocation.External)
            .Select(part => Overlay(facts, request, part)).ToImmutableArray();
        var disks = Disks(facts, definition, overlays);
        foreach (var overlay in overlays)
        {
            builder.Add(new CreateOverlayStep(overlay));
            builder.Writes(overlay.Path.Value);
        }

        var (active, run) = TargetState(request);
        var standby = active
            ? new StandbySpec(new InstanceId(facts.Operation.Value), DefinitionOf(facts, request), disks)
            : null;
        var memory = request.Snapshot.MemoryPath;
        var shared = standby is null ? null : SharedDisk(facts, definition, disks);
        if (shared is not null)
        {
            RefuseEarlyEnd(facts, request, shared);
            builder.AddNoReturn(new StopGuestStep(facts.Running()));
            builder.GuestPause = $"the running guest is ended before the other one is loaded: both need {shared.Path}";
        }

        if (standby is not null)
        {
            builder.Add(new LaunchStandbyStep(standby, memory));
            builder.CopiedBytes += memory is null ? 0 : request.Memory!.FileBytes;
        }

        if (facts.View.IsActive && shared is null)
        {
            builder.AddNoReturn(new StopGuestStep(facts.Running()));
            builder.GuestPause = "the running guest is ended only after the other one is loaded";
        }

        AddOutcome(facts, request, builder, disks, overlays.Select(overlay => new ImageRecord(overlay.Disk, overlay.Path, ImageRole.Owned)), standby?.Instance);
        if (standby is not null)
        {
            builder.Add(new BeginStandbyStep(standby, memory, [.. overlays.Select(overlay => overlay.Path)], run));
        }

        AddUnlinks(facts, builder, disks);
    }

    private static OverlayRequest Overlay(PlanFacts facts, RevertRequest request, SnapshotDisk part)
    {
        var frozen = part.Image!.Value;
        facts.View.Images.ChainOf(frozen);
        return OverlayNames.Overlay(facts, part.Target, frozen, OverlayNames.For(facts, part.Target, frozen, request.Snapshot.Name));
    }

    /// <summary>Disks that the snapshot covers get their overlay; the others stay as they are.</summary>
    private static ImmutableArray<ActiveImage> Disks(PlanFacts facts, DomainDefinition definition, ImmutableArray<OverlayRequest> overlays) =>
        [.. definition.Disks.Where(disk => disk.Source is not null).Select(disk => new ActiveImage(
            disk.Target,
            overlays.FirstOrDefault(overlay => overlay.Disk == disk.Target)?.Path
                ?? (facts.Domain.ActiveImages.TryGetValue(disk.Target, out var present) ? present : disk.Source!.Value)))];

    private static ImmutableArray<ImagePath> Unlinked(PlanFacts facts, ImmutableArray<ActiveImage> disks) =>
        [.. disks.SelectMany(disk => new Coalescer(facts, disk.Disk, disk.Path, facts.Tree.All)
            .Unlink(facts.Images.Where(image => image.Disk == disk.Disk).Select(image => image.Path)))
            .Select(fate => fate.Image)];

    /// <summary>Two processes would be up at once, and only one of them can have an image open for writing.</summary>
    private static ActiveImage? SharedDisk(PlanFacts facts, DomainDefinition definition, ImmutableArray<ActiveImage> disks) =>
        disks.FirstOrDefault(disk => definition.Disk(disk.Disk).IsWritable && facts.View.IsOpen(disk.Path));

    private static void RefuseEarlyEnd(PlanFacts facts, RevertRequest request, ActiveImage shared)
    {
        if (!request.Wish.Force)
        {
            throw facts.Refuse(
                ErrorCode.RevertRisky,
                $"disk '{shared.Disk}' is not part of the snapshot, and the running guest has it open: it would have to end before the other one is known to work",
                "Stop the guest first, or revert with --force.",
                shared.Disk);
        }
    }

    private static void RefuseForeignMemory(PlanFacts facts, RevertRequest request, DomainDefinition definition)
    {
        if (request.Snapshot.MemoryPath is not { } path)
        {
            return;
        }

        var memory = request.Memory ?? throw facts.Refuse(
            ErrorCode.OperationFailed,
            $"the memory image {path} of snapshot '{request.Snapshot.Name}' is missing or not complete",
            "Put the file back; the guest was not touched.");
        if (memory.RamBytes != definition.MemoryBytes)
        {
            throw facts.Refuse(
                ErrorCode.OperationFailed,
                $"the memory image {path} was taken from a guest with {memory.RamBytes} bytes of memory, the definition has {definition.MemoryBytes}",
                "The file does not belong to this snapshot; the guest was not touched.");
        }
    }
}
