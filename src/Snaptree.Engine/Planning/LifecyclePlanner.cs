using Snaptree.Drivers;
using Snaptree.Model;

namespace Snaptree.Engine;

/// <summary>Plans for starting and ending a domain; journalled like everything else, so that no process is ever lost.</summary>
internal static class LifecyclePlanner
{
    /// <summary>Boots; a managed save, belonging to disks that the guest now changes, is given up.</summary>
    internal static Plan Start(DomainRecord domain, OperationId operation, bool paused)
    {
        var builder = new PlanBuilder(operation, $"start domain '{domain.Name}'");
        var standby = Spec(domain, new InstanceId(operation.Value));
        builder.Add(new LaunchStandbyStep(standby, null));
        builder.AddRecord(new CatalogueChange
        {
            Instance = new InstanceMove(standby.Instance),
            Reason = paused ? StateReason.Of(PausedReason.User) : StateReason.Of(RunningReason.Booted),
            ManagedSave = domain.ManagedSave is null ? null : new ManagedSaveMove(null),
        });
        builder.Add(new PresentStep());
        if (!paused)
        {
            builder.Add(new ResumeGuestStep());
        }

        if (domain.ManagedSave is { } given)
        {
            builder.Destroys($"the saved state in {given}");
            builder.Add(new DeleteMemoryStep(given));
            builder.Removes(given);
        }

        return builder.Build();
    }

    internal static Plan Destroy(DomainRecord domain, OperationId operation)
    {
        var builder = new PlanBuilder(operation, $"destroy domain '{domain.Name}'");
        builder.AddNoReturn(new StopGuestStep(Spec(domain, domain.Instance!.Value)));
        builder.AddRecord(new CatalogueChange { Instance = new InstanceMove(null), Reason = StateReason.Of(ShutoffReason.Destroyed) });
        return builder.Build();
    }

    internal static StandbySpec Spec(DomainRecord domain, InstanceId instance) =>
        new(instance, domain.Xml, [.. domain.ActiveImages.Select(pair => new ActiveImage(pair.Key, pair.Value))]);
}
