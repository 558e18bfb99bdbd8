using System.Text.Json;

namespace Snaptree.Qmp;

/// <summary>Something that happened in QEMU.</summary>
/// <param name="Name">The event's name, such as <c>STOP</c>.</param>
/// <param name="Data">The event's data; an empty object when it has none.</param>
/// <param name="Timestamp">
/// QEMU's own time of the event, to the microsecond. When QEMU could not read its clock, the time of receipt.
/// </param>
public sealed record QmpEvent(string Name, JsonElement Data, DateTimeOffset Timestamp);
