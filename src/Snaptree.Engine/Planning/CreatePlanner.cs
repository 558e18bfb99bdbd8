using System.Collections.Immutable;
using System.Globalization;
using Snaptree.Drivers;
using Snaptree.Model;

namespace Snaptree.Engine;

/// <summary>Decides how a snapshot is taken. Pure: facts in, plan or refusal out.</summary>
public static class CreatePlanner
{
    /// <summary>
    /// QEMU finds an internal snapshot by its running number before it looks at names, so a name that could be such a number would
    /// sooner or later mean another snapshot.
    /// </summary>
    private const int LowestSafeNumber = 1_000_000;

    /// <exception cref="SnapshotException">The request cannot be carried out; nothing has been touched.</exception>
    public static Plan Plan(PlanFacts facts, CreateRequest request)
    {
        var builder = new PlanBuilder(facts.Operation, $"create snapshot '{request.Name}' of domain '{facts.DomainName}'");
        RefuseUnfitState(facts);
        facts.RefuseJobs(ErrorCode.OperationUnsupported);
        if (request is { DiskOnly: true, DefaultLocation: SnapshotLocation.Internal } && facts.View.IsActive)
        {
            throw facts.Refuse(
                ErrorCode.ConfigUnsupported,
                "an internal snapshot of a running guest always includes its memory",
                "Leave --disk-only out, or take an external snapshot.");
        }

        QuiesceRules.RefuseUnfit(facts, request);
        return request.DefaultLocation == SnapshotLocation.Internal
            ? Internal(facts, request, builder)
            : External(facts, request, builder);
    }

    private static Plan External(PlanFacts facts, CreateRequest request, PlanBuilder builder)
    {
        var disks = DiskAlignment.Align(facts, request.Disks, SnapshotLocation.External);
        var withMemory = facts.View.IsActive && !request.DiskOnly && request.Memory != MemoryLocation.No;
        var memoryPath = withMemory ? MemoryPath(facts, request) : null;
        var overlays = disks.Where(disk => disk.Location == SnapshotLocation.External)
            .Select(disk => Overlay(facts, disk, request.Name)).ToImmutableArray();
        RefuseNothingSelected(facts, overlays.Length > 0 || (withMemory && disks.All(disk => !disk.Disk.IsWritable || disk.IsLeftOutByName)));

        foreach (var overlay in overlays)
        {
            if (request.ReuseExternal && disks.Any(disk => disk.Overlay == overlay.Path))
            {
                ReusedOverlay.RefuseUnfit(facts, overlay);
                continue;
            }

            builder.Add(new CreateOverlayStep(overlay));
            builder.Writes(overlay.Path.Value);
        }

        if (facts.View.IsActive)
        {
            AddCut(facts, builder, overlays, memoryPath, request.Quiesce);
        }

        var snapshot = Describe(facts, request, disks, withMemory ? MemoryLocation.External : MemoryLocation.No) with
        {
            MemoryPath = memoryPath,
            Disks = [.. disks.Select(disk => Part(facts, disk, overlays))],
        };
        AddOutcome(facts, request, builder, snapshot, overlays, isPaused: memoryPath is not null);
        return builder.Build();
    }

    /// <summary>Open, stop, save, freeze, switch: the instant of the snapshot is the same for memory and all disks.</summary>
    private static void AddCut(PlanFacts facts, PlanBuilder builder, ImmutableArray<OverlayRequest> overlays, string? memoryPath, bool quiesce)
    {
        if (overlays.Length > 0)
        {
            builder.Add(new OpenOverlaysStep(overlays));
        }

        if (memoryPath is not null)
        {
            if (facts.View.State == DomainState.Running)
            {
                builder.Add(new PauseGuestStep());
                builder.GuestPause = "the guest stands still while its memory is written";
            }

            var bytes = facts.Definition.MemoryBytes;
            builder.Add(new SaveMemoryStep(memoryPath, bytes));
            builder.Writes(memoryPath);
            builder.CopiedBytes += bytes;
            var folder = new ImagePath(memoryPath).Folder;
            builder.Needs(folder, bytes, facts.FreeBytes.GetValueOrDefault(folder, facts.FreeBytes.GetValueOrDefault(facts.MemoryFolder)));
        }

        if (overlays.Length > 0)
        {
            QuiesceRules.AddSwitch(builder, new SwitchDisksStep(overlays), quiesce);
        }
    }

    private static Plan Internal(PlanFacts facts, CreateRequest request, PlanBuilder builder)
    {
        var disks = DiskAlignment.Align(facts, request.Disks, SnapshotLocation.Internal);
        var taken = disks.Where(disk => disk.Location == SnapshotLocation.Internal).ToImmutableArray();
        RefuseNothingSelected(facts, taken.Length > 0);
        RefuseDiskLeftOut(facts, disks);
        var images = taken.Select(disk => facts.Domain.ActiveImages[disk.Disk.Target]).ToImmutableArray();
        var tag = TagFor(facts, request.Name, images);
        var withMemory = facts.View.IsActive;
        var save = new InternalSaveRequest(tag ?? request.Name.Value, [.. taken.Select(disk => disk.Disk.Target)], builder.JobId("save"));
        builder.AddNoReturn(new SaveInternalStep(save, images, withMemory));
        if (withMemory)
        {
            builder.GuestPause = "the guest stands still while memory and disk tables are written into the image";
            builder.CopiedBytes = facts.Definition.MemoryBytes;
            builder.Needs(images[0].Folder, facts.Definition.MemoryBytes, facts.FreeBytes.GetValueOrDefault(images[0].Folder));
        }

        var snapshot = Describe(facts, request, disks, withMemory ? MemoryLocation.Internal : MemoryLocation.No) with
        {
            Tag = tag,
            Disks = [.. disks.Select(disk => Part(facts, disk, []))],
        };
        AddOutcome(facts, request, builder, snapshot, [], isPaused: false);
        return builder.Build();
    }

    /// <summary>What happens after the cut: the guest ends or goes on, and the snapshot is remembered or left to whoever asked.</summary>
    private static void AddOutcome(
        PlanFacts facts, CreateRequest request, PlanBuilder builder, Snapshot snapshot, ImmutableArray<OverlayRequest> overlays, bool isPaused)
    {
        var halts = request.Halt && facts.View.IsActive;
        if (halts)
        {
            builder.AddNoReturn(new StopGuestStep(facts.Running()));
            builder.GuestPause = "the guest is ended when the snapshot has been taken";
        }
        else if (isPaused && facts.View.State == DomainState.Running && snapshot.Disks.All(disk => disk.Location != SnapshotLocation.Manual))
        {
            builder.Add(new ResumeGuestStep());
        }

        var change = new CatalogueChange
        {
            ActiveImages = [.. overlays.Select(overlay => new ActiveImage(overlay.Disk, overlay.Path))],
            AddImages = [.. overlays.Select(overlay => new ImageRecord(overlay.Disk, overlay.Path, ImageRole.Owned))],
            Instance = halts ? new InstanceMove(null) : null,
            Reason = halts ? StateReason.Of(ShutoffReason.FromSnapshot) : null,
        };
        if (request.NoMetadata)
        {
            builder.AddRecord(change with { Keep = [.. overlays.Select(overlay => new KeepMark(overlay.Backing, Kept: true))] });
            return;
        }

        builder.AddRecord(change with { Add = new SnapshotEntry(snapshot, facts.Domain.Xml), Current = new CurrentMove(snapshot.Uuid) });
        builder.Add(new WriteRecordsStep(snapshot.Parent is { } parent ? [snapshot.Uuid, parent] : [snapshot.Uuid]));
    }

    private static Snapshot Describe(PlanFacts facts, CreateRequest request, ImmutableArray<AlignedDisk> disks, MemoryLocation memory) =>
        new()
        {
            Uuid = facts.NewUuid,
            Name = request.Name,
            Description = request.Description,
            CreatedAt = facts.Now,
            Parent = facts.Domain.Current,
            Memory = memory,
            State = facts.View.IsActive && memory == MemoryLocation.No && disks.Any(disk => disk.Location == SnapshotLocation.External)
                ? SnapshotState.DiskSnapshot
                : (SnapshotState)(int)facts.View.State,
        };

    private static SnapshotDisk Part(PlanFacts facts, AlignedDisk disk, ImmutableArray<OverlayRequest> overlays)
    {
        if (disk.Location is SnapshotLocation.No or SnapshotLocation.Manual)
        {
            return new SnapshotDisk(disk.Disk.Target, disk.Location, null, null, null);
        }

        var image = facts.View.Images.Get(facts.Domain.ActiveImages[disk.Disk.Target]);
        var overlay = overlays.FirstOrDefault(overlay => overlay.Disk == disk.Disk.Target)?.Path;
        return new SnapshotDisk(disk.Disk.Target, disk.Location, image.Path, image.Format, overlay);
    }

    private static OverlayRequest Overlay(PlanFacts facts, AlignedDisk disk, SnapshotName name)
    {
        var active = facts.Domain.ActiveImages[disk.Disk.Target];
        return OverlayNames.Overlay(
            facts, disk.Disk.Target, active, disk.Overlay ?? OverlayNames.For(facts, disk.Disk.Target, active, name));
    }

    private static string MemoryPath(PlanFacts facts, CreateRequest request) =>
        request.MemoryPath ?? $"{facts.MemoryFolder}/{facts.Operation}.mem";

    private static void RefuseUnfitState(PlanFacts facts)
    {
        if (facts.View.State is not (DomainState.Running or DomainState.Paused or DomainState.Shutoff))
        {
            throw facts.Refuse(
                ErrorCode.OperationInvalid,
                $"domain '{facts.DomainName}' is {facts.View.State.ToString().ToLowerInvariant()}",
                "Resume it or stop it first.");
        }
    }

    private static void RefuseNothingSelected(PlanFacts facts, bool anything)
    {
        if (!anything)
        {
            throw facts.Refuse(
                ErrorCode.ConfigUnsupported, "nothing is selected for the snapshot", "Include at least one writable disk: memory alone could later meet disks that have moved on.");
        }
    }

    private static void RefuseDiskLeftOut(PlanFacts facts, ImmutableArray<AlignedDisk> disks)
    {
        if (disks.FirstOrDefault(disk => disk.Disk.IsWritable && disk.Location == SnapshotLocation.No) is { } out1 && facts.View.IsActive)
        {
            throw facts.Refuse(
                ErrorCode.ConfigUnsupported,
                $"an internal snapshot of a running guest cannot leave out the writable disk '{out1.Disk.Target}'",
                "Take an external snapshot, or include the disk.",
                out1.Disk.Target);
        }
    }

    /// <summary>
    /// The snapshot's own name is its name inside the images too, unless somebody has it there already (one of ours that was renamed, or one
    /// that other tools made) or tools would take it for a number. Null when it is the name.
    /// </summary>
    private static string? TagFor(PlanFacts facts, SnapshotName name, ImmutableArray<ImagePath> images)
    {
        var isNumber = int.TryParse(name.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < LowestSafeNumber;
        return isNumber || images.Any(path => facts.View.Images.Get(path).Internal(name.Value) is not null) ? $"snaptree-{facts.Operation}" : null;
    }
}
