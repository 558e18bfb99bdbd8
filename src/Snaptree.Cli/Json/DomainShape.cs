using System.Text.Json;
using Snaptree.Cli.Listing;
using Snaptree.Cli.Text;
using Snaptree.Model;

namespace Snaptree.Cli.Json;

/// <summary>Domains as JSON; the shapes are documented in docs/json.md.</summary>
internal static class DomainShape
{
    public static void WriteList(Utf8JsonWriter json, IEnumerable<DomainListing> domains)
    {
        json.WriteStartObject();
        json.WriteStartArray("domains");
        foreach (var domain in domains)
        {
            json.WriteStartObject();
            WriteHead(json, domain);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter json, DomainListing domain, DomainDefinition definition)
    {
        json.WriteStartObject();
        WriteHead(json, domain);
        json.WriteString("accelerator", Words.Of(definition.Accelerator));
        json.WriteNumber("memoryBytes", definition.MemoryBytes);
        json.WriteNumber("virtualCpus", definition.VirtualCpus);
        json.Text("machine", definition.Machine);
        json.Texts("unrealised", definition.Unrealised);
        json.WriteStartArray("disks");
        foreach (var disk in definition.Disks)
        {
            json.WriteStartObject();
            json.WriteString("name", disk.Target.Name);
            json.WriteString("bus", Words.Of(disk.Bus));
            json.WriteBoolean("readOnly", disk.ReadOnly);
            json.Text("source", disk.Source?.Value);
            json.Text("activeImage", domain.ActiveImage(disk)?.Value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteHead(Utf8JsonWriter json, DomainListing domain)
    {
        json.WriteString("name", domain.Record.Name.Value);
        json.WriteString("uuid", domain.Record.Uuid);
        json.WriteString("state", domain.State);
        json.WriteNumber("snapshots", domain.Tree.Count);
        json.Text("current", domain.Tree.Current?.Name.Value);
        json.Text("unfinished", domain.Status?.Unfinished);
    }
}
