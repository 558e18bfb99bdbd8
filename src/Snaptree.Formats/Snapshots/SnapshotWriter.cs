using System.Globalization;
using System.Xml.Linq;
using Snaptree.Model;

namespace Snaptree.Formats;

/// <summary>Writes the full domainsnapshot document, elements in libvirt's order (<c>virDomainSnapshotDefFormat</c>).</summary>
internal sealed class SnapshotWriter(Snapshot snapshot, SnapshotTexts texts)
{
    internal const string Namespace = "https://snaptree.dev/record/1";
    private const string Prefix = "snaptree";

    private readonly XmlText text = new();

    /// <summary>As the API shows it.</summary>
    internal string Write(string? parentName, SnapshotXmlFlags flags)
    {
        var created = snapshot.CreatedAt.ToUnixTimeSeconds();
        WriteBody(
            snapshot.State == SnapshotState.NoState ? null : snapshot.State, parentName, created == 0 ? null : created,
            flags.HasFlag(SnapshotXmlFlags.Secure));
        text.Close();
        return text.ToString();
    }

    /// <summary>As it stands beside the domain's data.</summary>
    internal string WriteRecord(string? parentName, bool active)
    {
        WriteBody(snapshot.State, parentName, snapshot.CreatedAt.ToUnixTimeSeconds(), secure: true);
        WriteRecord();
        text.Leaf("active", active ? "1" : "0");
        text.Close();
        return text.ToString();
    }

    private void WriteBody(SnapshotState? state, string? parentName, long? created, bool secure)
    {
        text.Open("domainsnapshot");
        text.Leaf("name", snapshot.Name.Value);
        LeafIf("description", snapshot.Description);
        LeafIf("state", state is { } known ? SnapshotStates.ToText(known) : null);
        WriteParent(parentName);
        LeafIf("creationTime", created?.ToString(CultureInfo.InvariantCulture));
        text.Empty("memory", ("snapshot", Vocabulary.Text(snapshot.Memory)), ("file", snapshot.MemoryPath));
        WriteDisks();
        DocumentIf(texts.RevertDisks);
        DocumentIf(texts.Domain is { } domain ? EmbeddedDomain.Of(DomainAtSnapshot(domain), "domain", secure) : null);
        DocumentIf(texts.InactiveDomain is { } inactive ? EmbeddedDomain.Of(inactive, "inactiveDomain", secure) : null);
        DocumentIf(texts.Cookie);
    }

    private void WriteParent(string? parentName)
    {
        if (parentName is not null)
        {
            text.Open("parent");
            text.Leaf("name", parentName);
            text.Close();
        }
    }

    private void WriteDisks()
    {
        if (snapshot.Disks.IsEmpty)
        {
            return;
        }

        text.Open("disks");
        foreach (var disk in snapshot.Disks)
        {
            WriteDisk(disk);
        }

        text.Close();
    }

    private void WriteDisk(SnapshotDisk disk)
    {
        // Without details, an overlay is one of ours, and those are always qcow2.
        var details = disk.Details
            ?? new SnapshotDiskDetails { Format = disk.Overlay is null ? null : Vocabulary.Text(ImageFormat.Qcow2) };
        var hasImage = disk.Overlay is not null || details is not { Format: null, Source: null };
        (string, string?)[] attributes =
        [
            ("name", disk.Target.Name),
            ("snapshot", Vocabulary.Text(disk.Location)),
            ("type", hasImage ? Vocabulary.Text(details.Type) : null),
        ];
        if (!hasImage && !details.DeleteInProgress)
        {
            text.Empty("disk", attributes);
            return;
        }

        text.Open("disk", attributes);
        if (details.DeleteInProgress)
        {
            text.Empty("snapshotDeleteInProgress");
        }

        WriteDriver(details);
        WriteSource(disk.Overlay, details);
        text.Close();
    }

    private void WriteDriver(SnapshotDiskDetails details)
    {
        if (details.MetadataCacheBytes is { } bytes)
        {
            text.Open("driver", ("type", details.Format));
            text.Open("metadata_cache");
            text.Leaf("max_size", bytes.ToString(CultureInfo.InvariantCulture), ("unit", "bytes"));
            text.Close();
            text.Close();
        }
        else if (details.Format is not null)
        {
            text.Empty("driver", ("type", details.Format));
        }
    }

    private void WriteSource(ImagePath? overlay, SnapshotDiskDetails details)
    {
        var attribute = details.Type == StorageType.Block ? "dev" : "file";
        if (details.Source is null)
        {
            if (overlay is { } path)
            {
                text.Empty("source", (attribute, path.Value));
            }

            return;
        }

        var source = XElement.Parse(details.Source);
        if (overlay is { } moved)
        {
            // The overlay may have moved since the element was written; the rest of it still holds.
            source.Attribute(attribute)?.Remove();
            source.ReplaceAttributes(new XAttribute(attribute, moved.Value), source.Attributes().ToList());
        }

        text.Document(XmlFragment.Of(source));
    }

    private string DomainAtSnapshot(string domainXml) => DomainXml.WithDiskSources(
        domainXml,
        snapshot.Disks.Where(disk => disk.Image is not null).Select(disk => (disk.Target, disk.Image!.Value, disk.Format)));

    /// <summary>What the rest of the document cannot tell: identity, the exact time, and the images that the snapshot claims.</summary>
    private void WriteRecord()
    {
        text.Open(
            $"{Prefix}:record",
            ($"xmlns:{Prefix}", Namespace),
            ("uuid", snapshot.Uuid.ToString("D")),
            ("parent", snapshot.Parent?.ToString("D")),
            ("created", snapshot.CreatedAt.UtcDateTime.ToString("O", CultureInfo.InvariantCulture)),
            ("tag", snapshot.Tag));
        foreach (var disk in snapshot.Disks)
        {
            text.Empty(
                $"{Prefix}:disk",
                ("name", disk.Target.Name),
                ("image", disk.Image?.Value),
                ("format", disk.Format is { } format ? Vocabulary.Text(format) : null));
        }

        text.Close();
    }

    private void LeafIf(string name, string? content)
    {
        if (content is not null)
        {
            text.Leaf(name, content);
        }
    }

    private void DocumentIf(string? document)
    {
        if (document is not null)
        {
            text.Document(document);
        }
    }
}
