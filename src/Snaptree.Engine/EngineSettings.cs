namespace Snaptree.Engine;

/// <summary>Where the engine keeps its things, and how it tells time.</summary>
/// <param name="StateDirectory">Catalogue, record files and memory images.</param>
/// <param name="RuntimeDirectory">Locks; nothing that must outlive a reboot.</param>
public sealed record EngineSettings(string StateDirectory, string RuntimeDirectory, TimeProvider Time)
{
    public IDurablePoints Points { get; init; } = new NoDurablePoints();

    public string CataloguePath => $"{StateDirectory}/catalogue.db";

    public string LockFolder => $"{RuntimeDirectory}/locks";

    public string DomainFolder(Guid domain) => $"{StateDirectory}/domains/{domain}";

    public string MemoryFolder(Guid domain) => $"{DomainFolder(domain)}/memory";

    public string RecordFolder(Guid domain) => $"{DomainFolder(domain)}/snapshots";
}
