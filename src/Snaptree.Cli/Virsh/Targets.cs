using System.Globalization;
using Snaptree.Engine;
using Snaptree.Model;

namespace Snaptree.Cli.Virsh;

/// <summary>In which ways a domain may be named.</summary>
[Flags]
internal enum DomainBy
{
    Id = 1,
    Uuid = 2,
    Name = 4,
    Any = Id | Uuid | Name,
}

/// <summary>The options that name a domain or a snapshot, and what is found by them.</summary>
internal static class Targets
{
    private const int UuidLength = 36;

    public static readonly VirshOption Domain = VirshOption.Required("domain", "name, id or UUID of the domain");

    public static readonly VirshOption Snapshot = VirshOption.Text("snapshotname", "name of the snapshot");

    public static readonly VirshOption Current = VirshOption.Flag("current", "the current snapshot");

    /// <summary>The domain as it was named on the command line, which virsh says again in most of its sentences.</summary>
    public static string Named(VirshCall call) => call.Required(Domain);

    /// <exception cref="VirshFailureException">There is none of that name; why a look-up failed is not told.</exception>
    public static async Task<DomainHandle> DomainAsync(VirshCall call, CancellationToken cancellationToken, DomainBy by = DomainBy.Any)
    {
        var name = call.Required(Domain);
        foreach (var lookup in Lookups(call.Domains, name, by, cancellationToken))
        {
            try
            {
                return await lookup();
            }
            catch (SnapshotException missing) when (missing.Code == ErrorCode.NoDomain)
            {
                continue;
            }
        }

        throw new VirshFailureException($"failed to get domain '{name}'");
    }

    /// <summary>The snapshot that is named, or with <c>--current</c> the current one.</summary>
    /// <param name="mayBeBoth">Both together are allowed; the named one is meant then.</param>
    /// <exception cref="VirshFailureException">Neither is there, or both.</exception>
    /// <exception cref="SnapshotException"><see cref="ErrorCode.NoSnapshot"/>.</exception>
    public static SnapshotHandle SnapshotOf(VirshCall call, DomainHandle domain, bool mayBeBoth = false)
    {
        var name = call.Text(Snapshot);
        if (name is not null && call.Has(Current) && !mayBeBoth)
        {
            throw new VirshFailureException("--snapshotname and --current are mutually exclusive");
        }

        return name is not null ? call.Snapshots.LookupByName(domain, name)
            : call.Has(Current) ? call.Snapshots.Current(domain)
            : throw new VirshFailureException("--snapshotname or --current is required");
    }

    private static IEnumerable<Func<Task<DomainHandle>>> Lookups(DomainCalls domains, string name, DomainBy by, CancellationToken cancellationToken)
    {
        if (by.HasFlag(DomainBy.Id) && int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
        {
            yield return () => domains.LookupByIdAsync(id, cancellationToken);
        }

        if (by.HasFlag(DomainBy.Uuid) && name.Length == UuidLength && Guid.TryParseExact(name, "D", out var uuid))
        {
            yield return () => Task.FromResult(domains.LookupByUuid(uuid));
        }

        if (by.HasFlag(DomainBy.Name))
        {
            yield return () => Task.FromResult(domains.LookupByName(name));
        }
    }
}
