using System.Text.Json;
using Snaptree.Cli.Listing;
using Snaptree.Cli.Text;
using Snaptree.Model;

namespace Snaptree.Cli.Json;

/// <summary>Snapshots and lists of them as JSON; the shapes are documented in docs/json.md.</summary>
internal static class SnapshotShape
{
    public static void WriteListing(Utf8JsonWriter json, SnapshotListing listing)
    {
        json.WriteStartObject();
        json.WriteString("domain", listing.Domain);
        json.WriteString("domainUuid", listing.DomainUuid);
        json.WriteString("state", listing.State);
        json.Text("unfinished", listing.Unfinished);
        json.Text("current", listing.Tree.Current?.Name.Value);
        json.WriteStartArray("snapshots");
        foreach (var snapshot in listing.Tree.All.OrderBy(one => one.CreatedAt).ThenBy(one => one.Name.Value, StringComparer.Ordinal))
        {
            Write(json, snapshot, listing.Tree, listing.SizeOf(snapshot));
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter json, Snapshot snapshot, SnapshotTree tree, SnapshotSize size)
    {
        json.WriteStartObject();
        json.WriteString("name", snapshot.Name.Value);
        json.WriteString("uuid", snapshot.Uuid);
        json.Text("description", snapshot.Description);
        json.Text("parent", tree.ParentOf(snapshot)?.Name.Value);
        json.Texts("children", tree.ChildrenOf(snapshot).Select(child => child.Name.Value));
        json.WriteBoolean("current", tree.Current?.Uuid == snapshot.Uuid);
        json.WriteString("createdAt", snapshot.CreatedAt.ToUniversalTime());
        json.WriteString("kind", Words.Of(snapshot.Kind));
        json.WriteString("location", Words.PlaceOf(snapshot));
        json.WriteString("state", Words.Of(snapshot.State));
        WriteSize(json, size);
        WriteMemory(json, snapshot);
        WriteDisks(json, snapshot);
        json.WriteEndObject();
    }

    private static void WriteSize(Utf8JsonWriter json, SnapshotSize size)
    {
        if (size is { Bytes: { } bytes, IsIncomplete: false })
        {
            json.WriteNumber("sizeBytes", bytes);
        }
        else
        {
            json.WriteNull("sizeBytes");
        }

        json.WriteBoolean("fileMissing", size.IsIncomplete);
    }

    private static void WriteMemory(Utf8JsonWriter json, Snapshot snapshot)
    {
        json.WriteStartObject("memory");
        json.WriteString("location", Words.Of(snapshot.Memory));
        json.Text("path", snapshot.MemoryPath);
        json.WriteEndObject();
    }

    private static void WriteDisks(Utf8JsonWriter json, Snapshot snapshot)
    {
        json.WriteStartArray("disks");
        foreach (var disk in snapshot.Disks)
        {
            json.WriteStartObject();
            json.WriteString("name", disk.Target.Name);
            json.WriteString("location", Words.Of(disk.Location));
            json.Text("image", disk.Image?.Value);
            json.Text("format", disk.Format is { } format ? Words.Of(format) : null);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
