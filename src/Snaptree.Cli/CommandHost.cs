using Snaptree.Engine;

namespace Snaptree.Cli;

/// <summary>What verbs work with. Opened when the first verb needs it, so that help and version open nothing.</summary>
/// <param name="Settings">Where the engine keeps its things.</param>
/// <param name="WhyNotKvm">Null when hardware virtualisation really works here, else the sentence that says why not.</param>
/// <param name="Store">Closed when the command ends.</param>
internal sealed record CommandHost(
    SnapshotService Snapshots,
    DomainService Domains,
    ICatalogue Catalogue,
    DomainSessions Sessions,
    EngineSettings Settings,
    Func<CancellationToken, Task<string?>> WhyNotKvm,
    IDisposable Store) : IDisposable
{
    public void Dispose() => Store.Dispose();
}
