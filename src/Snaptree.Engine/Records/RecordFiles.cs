using System.Text;
using Snaptree.Formats;
using Snaptree.Model;
using Snaptree.Platform;

namespace Snaptree.Engine;

/// <summary>
/// One small document per snapshot beside the domain's data, so that losing the database loses nothing: the domainsnapshot XML with
/// parent and current mark, each written atomically and durably. Writing again what is there already costs no write.
/// </summary>
public sealed class RecordFiles(EngineSettings settings)
{
    private const string DomainFile = "domain.xml";
    private const string RetiredFile = "domain.retired.xml";

    /// <summary>
    /// Brings the files of these snapshots, and the domain's own document, to what the catalogue says; a snapshot that is gone has no file.
    /// </summary>
    /// <exception cref="SnapshotException">
    /// <see cref="ErrorCode.System"/> when a file cannot be written; calling again completes the rest.
    /// </exception>
    public Task WriteAsync(ICatalogue catalogue, DomainRecord domain, IEnumerable<Guid> snapshots, CancellationToken cancellationToken) =>
        OnFilesOf(domain, async () =>
        {
            await WriteAsync(settings.DomainFolder(domain.Uuid), DomainFile, domain.Xml, cancellationToken);
            var current = catalogue.FindDomain(domain.Uuid.ToString())?.Current;
            foreach (var uuid in snapshots)
            {
                await WriteAsync(catalogue, domain, uuid, current, cancellationToken);
            }
        });

    /// <summary>Marks the records of a domain that was undefined as such; they stay as evidence for its images.</summary>
    /// <exception cref="SnapshotException"><see cref="ErrorCode.System"/> when the file cannot be renamed; may be repeated.</exception>
    public Task RetireAsync(DomainRecord domain, CancellationToken cancellationToken) =>
        OnFilesOf(domain, () =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            var folder = settings.DomainFolder(domain.Uuid);
            if (FileFacts.Read($"{folder}/{DomainFile}") is not null)
            {
                DurableFile.Rename($"{folder}/{DomainFile}", $"{folder}/{RetiredFile}");
            }

            return Task.CompletedTask;
        });

    /// <summary>Writes the domain's own record where a define or an undefine was killed between the catalogue and the record.</summary>
    /// <exception cref="SnapshotException"><see cref="ErrorCode.System"/> when a file cannot be written; may be repeated.</exception>
    public async Task MendAsync(ICatalogue catalogue, DomainRecord domain, CancellationToken cancellationToken)
    {
        var folder = settings.DomainFolder(domain.Uuid);
        if (FileFacts.Read($"{folder}/{DomainFile}") is not null)
        {
            return;
        }

        await WriteAsync(catalogue, domain, [], cancellationToken);
        await OnFilesOf(domain, () =>
        {
            DurableFile.Delete($"{folder}/{RetiredFile}");
            return Task.CompletedTask;
        });
    }

    private async Task WriteAsync(ICatalogue catalogue, DomainRecord domain, Guid uuid, Guid? current, CancellationToken cancellationToken)
    {
        var folder = settings.RecordFolder(domain.Uuid);
        if (catalogue.FindSnapshot(domain.Uuid, uuid.ToString()) is null)
        {
            DurableFile.Delete($"{folder}/{uuid}.xml");
            return;
        }

        var entry = catalogue.EntryOf(domain.Uuid, uuid);
        var parent = entry.Snapshot.Parent is { } above ? catalogue.FindSnapshot(domain.Uuid, above.ToString())?.Name.Value : null;
        var text = SnapshotXml.WriteRecord(entry.Snapshot, entry.Texts, parent, current == uuid);
        await WriteAsync(folder, $"{uuid}.xml", text, cancellationToken);
    }

    private static async Task WriteAsync(string folder, string name, string text, CancellationToken cancellationToken)
    {
        var path = $"{folder}/{name}";
        var content = Encoding.UTF8.GetBytes(text);
        DurableFile.CreateDirectory(folder, OwnerOnly.Folder);
        var present = FileFacts.Read(path) is not null ? await File.ReadAllBytesAsync(path, cancellationToken) : null;
        if (present is not null && content.AsSpan().SequenceEqual(present))
        {
            // The content may stand there because a writer died between its rename and making the entry durable.
            DurableFile.SyncDirectory(folder);
            return;
        }

        await DurableFile.WriteAtomicAsync(path, content, OwnerOnly.File, cancellationToken);
    }

    private static async Task OnFilesOf(DomainRecord domain, Func<Task> act)
    {
        try
        {
            await act();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SnapshotException(
                ErrorCode.System,
                $"the record files of domain '{domain.Name}' cannot be written: {error.Message}",
                "Check that the state directory has room and that this account may write there, then try again.",
                error)
            {
                Domain = domain.Name.Value,
                Foreign = error is FileOperationException file ? new ForeignError("Linux", $"errno {file.Errno}", file.ErrorText) : null,
            };
        }
    }
}
