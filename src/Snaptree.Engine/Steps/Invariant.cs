using Snaptree.Drivers;
using Snaptree.Model;

namespace Snaptree.Engine;

/// <summary>Checks made immediately before something is given up. A failing one means a fault of ours: stop, touch nothing.</summary>
internal static class Invariant
{
    internal static void NotInUse(DomainView view, DomainRecord domain, ImagePath path)
    {
        if (view.IsOpen(path) || domain.ActiveImages.ContainsValue(path))
        {
            throw Broken($"{path} is in use by the domain", domain);
        }
    }

    internal static void NotNeeded(DomainView view, DomainRecord domain, IEnumerable<Snapshot> snapshots, ImagePath path)
    {
        NotInUse(view, domain, path);
        if (view.Images.DependentsOf(path) is [var dependent, ..])
        {
            throw Broken($"{path} is the backing image of {dependent.Path}", domain);
        }

        if (snapshots.FirstOrDefault(snapshot => snapshot.ClaimedImages.Contains(path)) is { } claimant)
        {
            throw Broken($"{path} is needed by snapshot '{claimant.Name}'", domain);
        }
    }

    private static SnapshotException Broken(string fact, DomainRecord domain) =>
        new(ErrorCode.Internal, $"refusing to remove a file: {fact}", "Nothing was removed; report this with the output of 'snaptree show'.")
        {
            Domain = domain.Name.Value,
        };
}
