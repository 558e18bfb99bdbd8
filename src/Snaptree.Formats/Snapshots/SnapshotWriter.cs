using System.Globalization;
using Snaptree.Model;

namespace Snaptree.Formats;

/// <summary>Writes the full domainsnapshot document, elements in libvirt's order.</summary>
internal sealed class SnapshotWriter(Snapshot snapshot)
{
    internal const string Namespace = "https://snaptree.dev/record/1";
    private const string Prefix = "snaptree";

    private readonly XmlText text = new();

    internal string Write(string domainXml, string? parentName, bool? active)
    {
        text.Open("domainsnapshot");
        text.Leaf("name", snapshot.Name.Value);
        if (snapshot.Description is { } description)
        {
            text.Leaf("description", description);
        }

        text.Leaf("state", SnapshotStates.ToText(snapshot.State));
        WriteParent(parentName);
        text.Leaf("creationTime", snapshot.CreatedAt.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        text.Empty("memory", ("snapshot", Vocabulary.Text(snapshot.Memory)), ("file", snapshot.MemoryPath));
        WriteDisks();
        text.Document(DomainAtSnapshot(domainXml));
        WriteRecord();
        if (active is { } mark)
        {
            text.Leaf("active", mark ? "1" : "0");
        }

        text.Close();
        return text.ToString();
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
        var location = Vocabulary.Text(disk.Location);
        if (disk.Overlay is not { } overlay)
        {
            text.Empty("disk", ("name", disk.Target.Name), ("snapshot", location));
            return;
        }

        text.Open("disk", ("name", disk.Target.Name), ("snapshot", location), ("type", "file"));
        // Overlays are always qcow2: no other format that is read here can have a backing image.
        text.Empty("driver", ("type", Vocabulary.Text(ImageFormat.Qcow2)));
        text.Empty("source", ("file", overlay.Value));
        text.Close();
    }

    private string DomainAtSnapshot(string domainXml) => DomainXml.ElementOf(DomainXml.WithDiskSources(
        domainXml,
        snapshot.Disks.Where(disk => disk.Image is not null).Select(disk => (disk.Target, disk.Image!.Value, disk.Format))));

    /// <summary>What the rest of the document cannot tell: identity, the exact time, and the images that the snapshot claims.</summary>
    private void WriteRecord()
    {
        text.Open(
            $"{Prefix}:record",
            ($"xmlns:{Prefix}", Namespace),
            ("uuid", snapshot.Uuid.ToString("D")),
            ("parent", snapshot.Parent?.ToString("D")),
            ("created", snapshot.CreatedAt.UtcDateTime.ToString("O", CultureInfo.InvariantCulture)));
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
}
