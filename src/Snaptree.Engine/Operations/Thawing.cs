using Snaptree.Drivers;
using Snaptree.Model;

namespace Snaptree.Engine;

/// <summary>How an attempt to thaw a guest ended.</summary>
internal enum Thawed
{
    ByUs,

    /// <summary>There was nothing to thaw any more.</summary>
    ByOthers,

    /// <summary>The agent did not do it; it must be tried again.</summary>
    NotYet,
}

/// <summary>
/// One attempt to thaw a guest. A failure is no exception here: the driver goes on knowing that the guest may be frozen, and
/// <see cref="QuiescedRun"/> is the one that tries again and tells it.
/// </summary>
internal static class Thawing
{
    internal static async Task<Thawed> TryAsync(IGuestAgent agent, DomainSpec domain, CancellationToken cancellationToken)
    {
        try
        {
            return await agent.ThawAsync(domain, cancellationToken) ? Thawed.ByUs : Thawed.ByOthers;
        }
        catch (SnapshotException)
        {
            return Thawed.NotYet;
        }
    }
}
