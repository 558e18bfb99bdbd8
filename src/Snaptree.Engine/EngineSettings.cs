namespace Snaptree.Engine;

/// <summary>Where the engine keeps its things, and how it tells time.</summary>
/// <param name="StateDirectory">Catalogue, record files and memory images.</param>
/// <param name="RuntimeDirectory">Locks; nothing that must outlive a reboot.</param>
public sealed record EngineSettings(string StateDirectory, string RuntimeDirectory, TimeProvider Time)
{
    public IDurablePoints Points { get; init; } = new NoDurablePoints();

    /// <summary>For a guest to be thawed whose agent does not answer at first.</summary>
    public TimeSpan ThawDeadline { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Between two attempts to thaw.</summary>
    public TimeSpan ThawInterval { get; init; } = TimeSpan.FromMilliseconds(500);

    public string CataloguePath => $"{StateDirectory}/catalogue.db";

    public string LockFolder => $"{RuntimeDirectory}/locks";

    public string DomainFolder(Guid domain) => $"{StateDirectory}/domains/{domain}";

    public string MemoryFolder(Guid domain) => $"{DomainFolder(domain)}/memory";

    public string RecordFolder(Guid domain) => $"{DomainFolder(domain)}/snapshots";
}
