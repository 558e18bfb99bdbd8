using System.Text.Json;
using System.Text.Json.Serialization;
using Snaptree.Drivers;
using Snaptree.Model;

namespace Snaptree.Engine;

/// <summary>Plans as they stand in the journal.</summary>
public static class PlanJson
{
    public static string Write(Plan plan) => JsonSerializer.Serialize(plan, PlanJsonContext.Default.Plan);

    /// <exception cref="SnapshotException"><see cref="ErrorCode.Internal"/> when the text is not a plan of a version we know.</exception>
    public static Plan Read(string json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, PlanJsonContext.Default.Plan) ?? throw new JsonException("the plan is null");
        }
        catch (Exception error) when (error is JsonException or NotSupportedException or SnapshotException)
        {
            throw new SnapshotException(
                ErrorCode.Internal,
                $"a plan in the journal cannot be read: {error.Message}",
                "It was written by a newer version, or the catalogue is damaged; recover with the version that began the operation.",
                error);
        }
    }
}

[JsonSourceGenerationOptions(
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(SnapshotNameConverter), typeof(ImagePathConverter), typeof(DiskTargetConverter),
        typeof(OperationIdConverter), typeof(InstanceIdConverter)])]
[JsonSerializable(typeof(Plan))]
internal sealed partial class PlanJsonContext : JsonSerializerContext;

internal abstract class TextConverter<T> : JsonConverter<T>
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        FromText(reader.GetString() ?? throw new JsonException("a text is null"));

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(ToText(value));

    protected abstract T FromText(string text);

    protected abstract string ToText(T value);
}

internal sealed class SnapshotNameConverter : TextConverter<SnapshotName>
{
    protected override SnapshotName FromText(string text) => SnapshotName.Parse(text);

    protected override string ToText(SnapshotName value) => value.Value;
}

internal sealed class ImagePathConverter : TextConverter<ImagePath>
{
    protected override ImagePath FromText(string text) => new(text);

    protected override string ToText(ImagePath value) => value.Value;
}

internal sealed class DiskTargetConverter : TextConverter<DiskTarget>
{
    protected override DiskTarget FromText(string text) => new(text);

    protected override string ToText(DiskTarget value) => value.Name;
}

internal sealed class OperationIdConverter : TextConverter<OperationId>
{
    protected override OperationId FromText(string text) => new(text);

    protected override string ToText(OperationId value) => value.Value;
}

internal sealed class InstanceIdConverter : TextConverter<InstanceId>
{
    protected override InstanceId FromText(string text) => new(text);

    protected override string ToText(InstanceId value) => value.Value;
}
