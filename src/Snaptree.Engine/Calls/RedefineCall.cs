using Snaptree.Formats;
using Snaptree.Model;

namespace Snaptree.Engine;

/// <summary>From a whole document to the snapshot that it tells (libvirt: <c>VIR_DOMAIN_SNAPSHOT_CREATE_REDEFINE</c>).</summary>
internal sealed class RedefineCall(EngineParts parts, string xml, SnapshotCreateFlags flags)
{
    private readonly ICatalogue catalogue = parts.Catalogue;

    /// <exception cref="SnapshotException">The document is wrong, or contradicts the domain's other snapshots.</exception>
    internal RedefineRequest RequestOf(DomainRecord domain)
    {
        var document = SnapshotXml.ParseRedefine(xml);
        var name = DocumentRequest.NameOf(document);
        var existing = catalogue.FindSnapshotByName(domain.Uuid, name.Value);
        var former = existing is null ? null : catalogue.EntryOf(domain.Uuid, existing.Uuid);
        var redefinition = SnapshotRedefinition.Check(
            document,
            new RedefineFacts(domain.Uuid, RelativesOf(domain, document, existing), flags, path => parts.Driver.Store.IsRegularFile(path.Value))
            {
                ExistingDomainXml = former?.DomainXml,
            });
        return new RedefineRequest(EntryOf(redefinition, name), existing, flags.HasFlag(SnapshotCreateFlags.Current));
    }

    /// <summary>The snapshots that the rules ask about: the one of that name, its parent to be, and all above both.</summary>
    private SnapshotTree RelativesOf(DomainRecord domain, SnapshotDocument document, Snapshot? existing)
    {
        var relatives = new Dictionary<Guid, Snapshot>();
        Add(existing);
        Add(document.Parent is { } parent ? catalogue.FindSnapshotByName(domain.Uuid, parent) : null);
        return new SnapshotTree(relatives.Values, current: null);

        void Add(Snapshot? snapshot)
        {
            while (snapshot is not null && relatives.TryAdd(snapshot.Uuid, snapshot))
            {
                snapshot = snapshot.Parent is { } above ? catalogue.FindSnapshot(domain.Uuid, above.ToString()) : null;
            }
        }
    }

    private static SnapshotEntry EntryOf(Redefinition redefinition, SnapshotName name)
    {
        var (document, existing) = (redefinition.Document, redefinition.Existing);
        var snapshot = new Snapshot
        {
            Uuid = existing?.Uuid ?? Guid.NewGuid(),
            Name = name,
            Tag = existing?.Tag,
            CreatedAt = CreatedAt(document, existing),
            State = document.State!.Value,
            Description = document.Description,
            Parent = redefinition.Parent?.Uuid,
            Memory = document.Memory!.Value,
            MemoryPath = document.MemoryPath,
            Disks = [.. redefinition.Disks.Select(disk => document.Texts.Domain is null ? WithFormerClaim(disk, existing) : disk)],
        };
        return new SnapshotEntry(snapshot, redefinition.Texts.Domain!)
        {
            InactiveXml = redefinition.Texts.InactiveDomain,
            Cookie = redefinition.Texts.Cookie,
            RevertDisks = redefinition.Texts.RevertDisks,
        };
    }

    /// <summary>Documents know whole seconds; what is known more exactly stays so.</summary>
    private static DateTimeOffset CreatedAt(SnapshotDocument document, Snapshot? existing)
    {
        var seconds = document.CreatedAtSeconds!.Value;
        return existing is not null && existing.CreatedAt.ToUnixTimeSeconds() == seconds ? existing.CreatedAt : DateTimeOffset.FromUnixTimeSeconds(seconds);
    }

    /// <summary>A document without a domain says nothing about where the data are: they are where they were.</summary>
    private static SnapshotDisk WithFormerClaim(SnapshotDisk disk, Snapshot? existing) =>
        existing?.Disks.FirstOrDefault(part => part.Target == disk.Target) is { } known
            ? disk with { Image = known.Image, Format = known.Format }
            : disk;
}
