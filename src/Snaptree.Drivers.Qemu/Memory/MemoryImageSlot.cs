using System.Text.Json.Serialization;

namespace Snaptree.Drivers.Qemu;

/// <summary>The text of a memory image's header. Names are stored: append only.</summary>
internal sealed record MemoryImageSlot
{
    public required Guid Domain { get; init; }

    public required long RamBytes { get; init; }

    public required string Machine { get; init; }

    public required string Hypervisor { get; init; }

    public required long StreamBytes { get; init; }

    public required int Generation { get; init; }

    /// <summary>The file has at least so many bytes; what follows is of a document that was not completed.</summary>
    public required long FileBytes { get; init; }

    public MemoryImageDocument? Document { get; init; }
}

/// <param name="Running">Whether the guest shall run when it goes on.</param>
internal sealed record MemoryImageDocument(long Offset, int Bytes, string Sha256, bool Running);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(MemoryImageSlot))]
internal sealed partial class MemoryImageJson : JsonSerializerContext;
