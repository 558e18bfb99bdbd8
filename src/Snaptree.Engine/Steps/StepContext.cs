using System.Collections.Immutable;
using Snaptree.Drivers;
using Snaptree.Formats;
using Snaptree.Model;

namespace Snaptree.Engine;

/// <summary>What a step may use: the driver, the catalogue, and fresh facts about one domain.</summary>
public sealed class StepContext(EngineParts parts, Guid domain, OperationId operation)
{
    public IHypervisorDriver Driver => parts.Driver;

    public ICatalogue Catalogue => parts.Catalogue;

    public RecordFiles Records => parts.Records;

    /// <summary>The domain as the catalogue has it at this moment.</summary>
    public DomainRecord Domain =>
        Catalogue.FindDomain(domain.ToString())
        ?? throw new SnapshotException(ErrorCode.NoDomain, $"the domain {domain} is gone", "List the domains and try again.");

    /// <summary>The domain as the driver must be told of it at this moment.</summary>
    public DomainSpec Spec => SpecOf(Domain);

    public static DomainSpec SpecOf(DomainRecord record) =>
        new(DomainXml.Parse(record.Xml), record.ActiveImages, record.Instance);

    public Task<DomainView> ObserveAsync(IEnumerable<ImagePath> images, CancellationToken cancellationToken) =>
        Driver.ObserveAsync(Spec, images, cancellationToken);

    /// <summary>Looks at another process of the domain, with the disks and definition that it was launched with.</summary>
    public Task<DomainView> ObserveAsync(DomainSpec spec, CancellationToken cancellationToken) =>
        Driver.ObserveAsync(spec, [], cancellationToken);

    public void Apply(int step, CatalogueChange change) => parts.Journal.Apply(operation, step, domain, change);

    public bool IsMarkedDone(int step) =>
        parts.Journal.FindOpen(domain) is { } open && open.Id == operation && open.Phases[step] == StepPhase.Done;
}

/// <summary>A process of the domain other than the one the catalogue names: its id, definition and disks.</summary>
/// <param name="Xml">Definition to run, verbatim.</param>
public sealed record StandbySpec(InstanceId Instance, string Xml, ImmutableArray<ActiveImage> Disks)
{
    public DomainSpec ToSpec() =>
        new(DomainXml.Parse(Xml), Disks.ToImmutableDictionary(disk => disk.Disk, disk => disk.Path), Instance);
}
