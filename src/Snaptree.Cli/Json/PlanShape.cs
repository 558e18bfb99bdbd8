using System.Text.Json;
using Snaptree.Engine;

namespace Snaptree.Cli.Json;

/// <summary>Plans as JSON; the shape is documented in docs/json.md.</summary>
internal static class PlanShape
{
    public static void Write(Utf8JsonWriter json, IEnumerable<Plan> plans)
    {
        json.WriteStartObject();
        json.WriteStartArray("plans");
        foreach (var plan in plans)
        {
            Write(json, plan);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, Plan plan)
    {
        json.WriteStartObject();
        json.WriteString("title", plan.Title);
        json.Texts("steps", plan.Steps.Select(step => step.Describe()));
        json.WriteNumber("pointOfNoReturn", plan.NoReturnIndex + 1);
        json.Texts("filesWritten", plan.Costs.FilesWritten);
        json.Texts("filesRemoved", plan.Costs.FilesRemoved);
        json.WriteNumber("copiedBytesAtMost", plan.Costs.CopiedBytes);
        json.WriteStartArray("space");
        foreach (var need in plan.Costs.Space)
        {
            json.WriteStartObject();
            json.WriteString("folder", need.Folder);
            json.WriteNumber("neededBytesAtMost", need.NeededBytes);
            json.WriteNumber("freeBytes", need.FreeBytes);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.Texts("cannotBeBroughtBack", plan.Costs.Destroys);
        json.Text("guestPause", plan.Costs.GuestPause);
        json.Texts("notes", plan.Costs.Notes);
        json.WriteEndObject();
    }
}
