using Snaptree.Drivers;

namespace Snaptree.Engine;

/// <summary>Plans for starting and ending a domain; journalled like everything else, so that no process is ever lost.</summary>
internal static class LifecyclePlanner
{
    internal static Plan Start(DomainRecord domain, OperationId operation, bool paused)
    {
        var builder = new PlanBuilder(operation, $"start domain '{domain.Name}'");
        var standby = Spec(domain, new InstanceId(operation.Value));
        builder.Add(new LaunchStandbyStep(standby, null));
        builder.AddRecord(new CatalogueChange { Instance = new InstanceMove(standby.Instance) });
        builder.Add(new PresentStep());
        if (!paused)
        {
            builder.Add(new ResumeGuestStep());
        }

        return builder.Build();
    }

    internal static Plan Destroy(DomainRecord domain, OperationId operation)
    {
        var builder = new PlanBuilder(operation, $"destroy domain '{domain.Name}'");
        builder.AddNoReturn(new StopGuestStep(Spec(domain, domain.Instance!.Value)));
        builder.AddRecord(new CatalogueChange { Instance = new InstanceMove(null) });
        return builder.Build();
    }

    private static StandbySpec Spec(DomainRecord domain, InstanceId instance) =>
        new(instance, domain.Xml, [.. domain.ActiveImages.Select(pair => new ActiveImage(pair.Key, pair.Value))]);
}
