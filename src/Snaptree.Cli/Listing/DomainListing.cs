using Snaptree.Cli.Text;
using Snaptree.Engine;
using Snaptree.Model;

namespace Snaptree.Cli.Listing;

/// <summary>A domain as lists show it.</summary>
/// <param name="Status">Null when the domain could not be observed.</param>
internal sealed record DomainListing(DomainRecord Record, SnapshotTree Tree, DomainStatus? Status)
{
    public string State => Status is { } status ? Words.Of(status.View.State) : SnapshotListing.UnknownState;

    public ImagePath? ActiveImage(DomainDisk disk) =>
        Record.ActiveImages.TryGetValue(disk.Target, out var image) ? image : disk.Source;

    /// <summary>A domain that cannot be observed must not hide the others: its state is unknown, and <paramref name="warn"/> is told why.</summary>
    public static async Task<DomainListing> ReadAsync(
        CommandHost host, DomainRecord domain, Action<SnapshotException> warn, CancellationToken cancellationToken)
    {
        var tree = host.Catalogue.LoadTree(domain.Uuid);
        try
        {
            return new(domain, tree, await host.Domains.StatusAsync(domain.Uuid.ToString(), cancellationToken));
        }
        catch (SnapshotException error)
        {
            warn(error);
            return new(domain, tree, null);
        }
    }
}
