using System.Collections.Immutable;
using Snaptree.Drivers;
using Snaptree.Model;

namespace Snaptree.Engine;

/// <summary>How far a look reaches.</summary>
public enum FactScope
{
    /// <summary>What the domain stands on now: enough for a plan that only adds.</summary>
    Present,

    /// <summary>All images through all branches.</summary>
    AllBranches,
}

/// <summary>Looks at everything a plan for one domain may depend on. Changes nothing.</summary>
public sealed class FactGatherer(EngineParts parts, EngineSettings settings)
{
    /// <summary>The domain's state and the headers of all images it stands on, through all branches.</summary>
    public Task<DomainView> ObserveAsync(DomainRecord domain, CancellationToken cancellationToken) =>
        parts.Driver.ObserveAsync(
            StepContext.SpecOf(domain), parts.Catalogue.ListImages(domain.Uuid).Select(image => image.Path), cancellationToken);

    /// <exception cref="SnapshotException">The facts contradict each other, so that no plan would be safe.</exception>
    public Task<PlanFacts> GatherAsync(DomainRecord domain, FactScope scope, CancellationToken cancellationToken) =>
        GatherAsync(domain, scope, [], cancellationToken);

    /// <param name="also">Images to look at besides.</param>
    /// <exception cref="SnapshotException">The facts contradict each other, so that no plan would be safe.</exception>
    public async Task<PlanFacts> GatherAsync(
        DomainRecord domain, FactScope scope, IEnumerable<ImagePath> also, CancellationToken cancellationToken)
    {
        var spec = StepContext.SpecOf(domain);
        var images = (scope == FactScope.Present ? parts.Catalogue.ListOriginals(domain.Uuid) : parts.Catalogue.ListImages(domain.Uuid)).ToImmutableArray();
        var view = await parts.Driver.ObserveAsync(spec, images.Select(image => image.Path).Concat(also), cancellationToken);
        RefuseContradiction(domain, view);
        var memoryFolder = settings.MemoryFolder(domain.Uuid);
        return new PlanFacts
        {
            Operation = OperationId.New(),
            Now = settings.Time.GetUtcNow(),
            NewUuid = Guid.NewGuid(),
            Domain = domain,
            Definition = spec.Definition,
            View = view,
            TreeSource = () => parts.Catalogue.LoadTree(domain.Uuid),
            Images = images,
            ImagesOfOthersSource = () => parts.Catalogue.ImagesOfOthers(domain.Uuid),
            MemoryFolder = memoryFolder,
            FreeBytes = view.Images.Images.Select(image => image.Path.Folder).Append(memoryFolder).Distinct()
                .ToImmutableDictionary(folder => folder, parts.Driver.Store.FreeBytes),
            InternalFormats = parts.Driver.Capabilities.InternalFormats,
        };
    }

    /// <summary>What the catalogue, the headers and the running hypervisor say about each active chain must be the same.</summary>
    private static void RefuseContradiction(DomainRecord domain, DomainView view)
    {
        foreach (var (disk, active) in domain.ActiveImages)
        {
            var chain = view.Images.ChainOf(active).Select(image => image.Path).ToList();
            var open = view.Disks.FirstOrDefault(one => one.Target == disk)?.OpenChain;
            if (view.IsActive && open is { IsEmpty: false } running && !running.SequenceEqual(chain))
            {
                throw new SnapshotException(
                    ErrorCode.OperationFailed,
                    $"disk '{disk}' runs on {string.Join(" <- ", running)}, but catalogue and image headers say {string.Join(" <- ", chain)}",
                    "Somebody changed the chain outside this tool; nothing is done until both agree again.")
                {
                    Domain = domain.Name.Value,
                    Disk = disk.Name,
                };
            }
        }
    }
}
