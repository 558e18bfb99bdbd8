using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Unicode;

namespace Snaptree.Qmp.Wire;

/// <summary>
/// Turns one line into a message. Whatever the line holds, the outcome is a message or a <see cref="QmpProtocolException"/>.
/// </summary>
internal sealed class MessageParser(TimeProvider time)
{
    // QEMU's own limit (MAX_NESTING). The usual 64 is too small: a backing chain's images are nested one in the other.
    private static readonly JsonDocumentOptions Limits = new() { MaxDepth = 1024 };

    private static readonly JsonElement EmptyObject = JsonElement.Parse("{}"u8);

    public QmpMessage Parse(ReadOnlyMemory<byte> line) => Guard(line, ReadMessage);

    /// <summary>Reads what may come first: the greeting; null when the line is an event.</summary>
    public static QmpGreeting? ParseOpening(ReadOnlyMemory<byte> line) => Guard(line, static root =>
    {
        if (root.TryGetProperty("event"u8, out _)) return null;
        if (!root.TryGetProperty("QMP"u8, out var greeting)) throw new FormatException("The first message is not a QMP greeting.");
        var version = greeting.GetProperty("version"u8);
        var qemu = version.GetProperty("qemu"u8);
        return new QmpGreeting(
            new QemuVersion(Number(qemu, "major"), Number(qemu, "minor"), Number(qemu, "micro")),
            Text(version, "package"),
            [.. greeting.GetProperty("capabilities"u8).EnumerateArray().Select(static name => name.GetString() ?? "").ToImmutableArray()]);
    });

    private static T Guard<T>(ReadOnlyMemory<byte> line, Func<JsonElement, T> read)
    {
        try
        {
            // The JSON reader checks the text inside strings only when somebody asks for it; that would be too late.
            if (!Utf8.IsValid(line.Span)) throw new FormatException("A message is not valid UTF-8.");
            using var document = JsonDocument.Parse(line, Limits);
            // The clone owns its memory; the line's buffer is used again.
            return read(document.RootElement.Clone());
        }
        catch (Exception error) when (error is JsonException or FormatException or KeyNotFoundException or InvalidOperationException)
        {
            var problem = error is FormatException ? error.Message : $"A message is not QMP: {error.Message}";
            throw new QmpProtocolException(problem, Excerpt.Of(line.Span), error);
        }
    }

    private QmpMessage ReadMessage(JsonElement root)
    {
        if (root.TryGetProperty("event"u8, out var name)) return new QmpMessage.Happened(ReadEvent(root, name));
        if (root.TryGetProperty("return"u8, out var value)) return new QmpMessage.Returned(ReadId(root), value);
        if (!root.TryGetProperty("error"u8, out var error)) throw new FormatException("A message is neither reply nor event.");
        var description = Text(error, "desc");
        // QEMU answers without an id when it could not even read the command.
        if (!root.TryGetProperty("id"u8, out _)) throw new FormatException($"The server could not read a command: {description}.");
        return new QmpMessage.Refused(ReadId(root), Text(error, "class"), description, root.GetRawText());
    }

    private QmpEvent ReadEvent(JsonElement root, JsonElement name) => new(
        name.GetString() ?? throw new FormatException("An event has no name."),
        root.TryGetProperty("data"u8, out var data) ? data : EmptyObject,
        ReadTimestamp(root.GetProperty("timestamp"u8)));

    private DateTimeOffset ReadTimestamp(JsonElement timestamp)
    {
        var seconds = timestamp.GetProperty("seconds"u8).GetInt64();
        var microseconds = timestamp.GetProperty("microseconds"u8).GetInt64();
        // The spec: both are -1 when the host's clock cannot be read.
        if (seconds == -1 && microseconds == -1) return time.GetUtcNow();
        if (seconds is < 0 or > 253_402_300_799 || microseconds is < 0 or > 999_999) throw new FormatException("An event's time is out of range.");
        return DateTimeOffset.FromUnixTimeSeconds(seconds).AddTicks(microseconds * TimeSpan.TicksPerMicrosecond);
    }

    private static long ReadId(JsonElement root)
    {
        if (!root.TryGetProperty("id"u8, out var id)) throw new FormatException("A reply has no id.");
        if (id.ValueKind != JsonValueKind.Number || !id.TryGetInt64(out var value)) throw new FormatException("A reply has an id that was never sent.");
        return value;
    }

    private static int Number(JsonElement parent, string name) => parent.GetProperty(name).GetInt32();

    private static string Text(JsonElement parent, string name) => parent.GetProperty(name).GetString() ?? "";
}
