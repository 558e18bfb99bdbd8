using Snaptree.Cli.Text;
using Snaptree.Engine;
using Snaptree.Model;

namespace Snaptree.Cli;

/// <summary>Finds what the user names, or says what may have been meant.</summary>
internal static class Lookups
{
    /// <exception cref="SnapshotException"><see cref="ErrorCode.NoDomain"/>.</exception>
    public static DomainRecord Domain(CommandHost host, string nameOrUuid) =>
        host.Catalogue.FindDomain(nameOrUuid)
        ?? throw new SnapshotException(
            ErrorCode.NoDomain,
            $"there is no domain '{nameOrUuid}'",
            $"{CloseNames.Hint(nameOrUuid, host.Catalogue.ListDomains().Select(domain => domain.Name.Value))}List the domains with 'snaptree vm list'.")
        { Domain = nameOrUuid };

    /// <exception cref="SnapshotException"><see cref="ErrorCode.NoSnapshot"/>.</exception>
    public static Snapshot Snapshot(CommandHost host, DomainRecord domain, string nameOrUuid) =>
        host.Catalogue.FindSnapshot(domain.Uuid, nameOrUuid)
        ?? throw new SnapshotException(
            ErrorCode.NoSnapshot,
            $"domain '{domain.Name}' has no snapshot '{nameOrUuid}'",
            $"{CloseNames.Hint(nameOrUuid, host.Catalogue.LoadTree(domain.Uuid).All.Select(snapshot => snapshot.Name.Value))}"
            + $"List its snapshots with 'snaptree list {domain.Name}'.")
        { Domain = domain.Name.Value };
}
