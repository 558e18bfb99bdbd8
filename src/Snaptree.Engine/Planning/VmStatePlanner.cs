using Snaptree.Drivers;
using Snaptree.Formats;
using Snaptree.Model;

namespace Snaptree.Engine;

/// <summary>
/// Decides how a guest's memory leaves it for a file and the guest ends, and how it goes on from there. The disks stay as they are: they belong
/// to that memory until the guest goes on. Pure.
/// </summary>
internal static class VmStatePlanner
{
    /// <param name="path">Where the memory goes.</param>
    /// <param name="freeBytes">Room where it goes.</param>
    /// <param name="isManaged">The next start goes on from it.</param>
    internal static Plan Save(PlanFacts facts, string path, long freeBytes, SavedDomain saved, bool isManaged)
    {
        facts.RefuseJobs(ErrorCode.OperationInvalid);
        var builder = new PlanBuilder(facts.Operation, $"save domain '{facts.DomainName}' to {path}");
        if (facts.View.State == DomainState.Running)
        {
            builder.Add(new PauseGuestStep());
        }

        builder.GuestPause = "the guest ends when its memory is written";
        builder.CopiedBytes = facts.Definition.MemoryBytes;
        builder.Writes(path);
        builder.Needs(new ImagePath(path).Folder, facts.Definition.MemoryBytes, freeBytes);
        builder.Add(new SaveMemoryStep(path, facts.Definition.MemoryBytes) { Saved = saved });
        builder.AddNoReturn(new StopGuestStep(facts.Running()));
        builder.AddRecord(new CatalogueChange
        {
            Instance = new InstanceMove(null),
            Reason = StateReason.Of(ShutoffReason.Saved),
            ManagedSave = isManaged ? new ManagedSaveMove(path) : null,
        });
        return builder.Build();
    }

    /// <summary>The document to save: what runs, on the images that it writes to.</summary>
    internal static string DocumentOf(PlanFacts facts) =>
        DomainXml.WithDiskSources(
            facts.Domain.Xml,
            facts.Domain.ActiveImages.ToDictionary(active => active.Key, active => (active.Value, facts.View.Images.Get(active.Value).Format)));

    /// <summary>The guest goes on from a memory image. One that is the domain's managed save is used up: the guest changes the disks that it belongs to.</summary>
    /// <param name="document">The definition to run.</param>
    internal static Plan Restore(PlanFacts facts, string path, string document, bool run)
    {
        RefuseActive(facts);
        RefuseMovedDisks(facts, DomainXml.Parse(document), path);
        var xml = document == DocumentOf(facts) ? null : document;
        var removeAfter = facts.Domain.ManagedSave == path;
        var builder = new PlanBuilder(facts.Operation, $"restore domain '{facts.DomainName}' from {path}");
        var standby = LifecyclePlanner.Spec(facts.Domain with { Xml = xml ?? facts.Domain.Xml }, new InstanceId(facts.Operation.Value));
        builder.Add(new LaunchStandbyStep(standby, path));
        builder.AddRecord(new CatalogueChange
        {
            Instance = new InstanceMove(standby.Instance),
            Xml = xml,
            Reason = run ? StateReason.Of(RunningReason.Restored) : StateReason.Of(PausedReason.User),
            ManagedSave = removeAfter ? new ManagedSaveMove(null) : null,
        });
        builder.Add(new PresentStep());
        if (run)
        {
            builder.Add(new ResumeGuestStep());
        }

        if (removeAfter)
        {
            builder.Add(new DeleteMemoryStep(path));
            builder.Removes(path);
        }

        return builder.Build();
    }

    private static void RefuseActive(PlanFacts facts)
    {
        if (facts.View.IsActive)
        {
            throw facts.Refuse(ErrorCode.OperationInvalid, $"domain '{facts.DomainName}' is already active", "Stop it first.");
        }
    }

    /// <summary>Memory on disks that have moved on would damage them: the guest believes in what it has cached of them.</summary>
    private static void RefuseMovedDisks(PlanFacts facts, DomainDefinition saved, string path)
    {
        foreach (var disk in saved.Disks.Where(disk => disk.Source is not null))
        {
            if (facts.Domain.ActiveImages.TryGetValue(disk.Target, out var present) && present != disk.Source)
            {
                throw facts.Refuse(
                    ErrorCode.OperationInvalid,
                    $"disk '{disk.Target}' is on {present} now, the state in {path} belongs to {disk.Source}",
                    "A snapshot was taken or gone back to since. Restore it with a document that names today's images only if you know that they hold the same.",
                    disk.Target);
            }
        }
    }

    /// <summary>A managed save that is given up.</summary>
    internal static Plan Forget(DomainRecord domain, string path)
    {
        var builder = new PlanBuilder(OperationId.New(), $"remove the managed save image of domain '{domain.Name}'");
        builder.Destroys($"the saved state in {path}");
        builder.AddRecord(new CatalogueChange { ManagedSave = new ManagedSaveMove(null) });
        builder.Add(new DeleteMemoryStep(path));
        builder.Removes(path);
        return builder.Build();
    }
}
