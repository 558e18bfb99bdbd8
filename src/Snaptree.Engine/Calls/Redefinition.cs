using System.Collections.Immutable;
using Snaptree.Formats;
using Snaptree.Model;

namespace Snaptree.Engine;

/// <summary>From a whole document to the snapshot that it tells (libvirt: <c>VIR_DOMAIN_SNAPSHOT_CREATE_REDEFINE</c>).</summary>
internal sealed class Redefinition(ICatalogue catalogue, string xml, SnapshotCreateFlags flags)
{
    /// <exception cref="SnapshotException">The document is wrong, or contradicts the domain's other snapshots.</exception>
    internal RedefineRequest RequestOf(DomainRecord domain)
    {
        var document = SnapshotXml.ParseRedefine(xml);
        var name = DocumentRequest.NameOf(document);
        var existing = catalogue.FindSnapshotByName(domain.Uuid, name.Value);
        var former = existing is null ? null : catalogue.EntryOf(domain.Uuid, existing.Uuid);
        var parent = RedefineRules.Check(document, existing, parentName => catalogue.FindSnapshotByName(domain.Uuid, parentName), Above, domain, flags);
        var domainXml = document.Texts.Domain ?? former?.DomainXml ?? throw RedefineRules.MissingDomain();
        var snapshot = new Snapshot
        {
            Uuid = existing?.Uuid ?? Guid.NewGuid(),
            Name = name,
            Tag = existing?.Tag,
            CreatedAt = CreatedAt(document, existing),
            State = document.State!.Value,
            Description = document.Description,
            Parent = parent?.Uuid,
            Memory = document.Memory!.Value,
            MemoryPath = document.MemoryPath,
            Disks = Disks(document, DomainXml.Parse(domainXml), document.Texts.Domain is null ? existing : null),
        };
        var entry = new SnapshotEntry(snapshot, domainXml)
        {
            InactiveXml = document.Texts.InactiveDomain,
            Cookie = document.Texts.Cookie,
            RevertDisks = document.Texts.RevertDisks,
        };
        return new RedefineRequest(entry, existing, flags.HasFlag(SnapshotCreateFlags.Current));

        Snapshot? Above(Snapshot snapshot) =>
            snapshot.Parent is { } uuid ? catalogue.FindSnapshot(domain.Uuid, uuid.ToString()) : null;
    }

    /// <summary>Documents know whole seconds; what is known more exactly stays so.</summary>
    private static DateTimeOffset CreatedAt(SnapshotDocument document, Snapshot? existing)
    {
        var seconds = document.CreatedAtSeconds!.Value;
        return existing is not null && existing.CreatedAt.ToUnixTimeSeconds() == seconds ? existing.CreatedAt : DateTimeOffset.FromUnixTimeSeconds(seconds);
    }

    /// <summary>
    /// The domain document of the moment names the images that the snapshot needs: frozen ones, or those with the internal snapshot in them. A
    /// document without it changes no claim.
    /// </summary>
    private static ImmutableArray<SnapshotDisk> Disks(SnapshotDocument document, DomainDefinition definition, Snapshot? claims) =>
        [.. RedefineRules.Align(document, definition).Select(aligned =>
        {
            var disk = definition.Disk(new DiskTarget(aligned.Name));
            var takesPart = aligned.Location is SnapshotLocation.Internal or SnapshotLocation.External;
            var known = claims?.Disks.FirstOrDefault(part => part.Target == disk.Target);
            return new SnapshotDisk(
                disk.Target,
                aligned.Location!.Value,
                known is not null ? known.Image : takesPart ? disk.Source : null,
                known is not null ? known.Format : takesPart && disk.Source is not null ? disk.Format : null,
                aligned.Image)
            {
                Details = aligned.Details,
            };
        })];
}
