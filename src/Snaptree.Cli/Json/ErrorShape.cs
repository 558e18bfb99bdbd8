using System.Text.Json;
using Snaptree.Cli.Edge;
using Snaptree.Model;

namespace Snaptree.Cli.Json;

/// <summary>Errors as JSON; the shape is documented in docs/json.md.</summary>
internal static class ErrorShape
{
    public static void Write(Utf8JsonWriter json, SnapshotException error)
    {
        json.WriteStartObject();
        json.WriteStartObject("error");
        WriteMembers(json, error);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    public static void WriteMembers(Utf8JsonWriter json, SnapshotException error)
    {
        json.WriteNumber("exitCode", ExitCodes.Of(error));
        json.WriteNumber("code", (int)error.Code);
        json.WriteString("name", JsonNamingPolicy.CamelCase.ConvertName(error.Code.ToString()));
        json.WriteString("message", error.Message);
        json.WriteString("remedy", error.Remedy);
        json.Text("domain", error.Domain);
        json.Text("disk", error.Disk);
        json.Text("details", error.Details);
        if (error.Foreign is not { } foreign)
        {
            json.WriteNull("foreign");
            return;
        }

        json.WriteStartObject("foreign");
        json.WriteString("source", foreign.Source);
        json.WriteString("kind", foreign.Kind);
        json.WriteString("text", foreign.Text);
        json.WriteEndObject();
    }

    public static void WriteUsage(Utf8JsonWriter json, string message, string usage) =>
        Write(json, new SnapshotException(ErrorCode.InvalidArgument, message, $"usage: {usage}"));
}
