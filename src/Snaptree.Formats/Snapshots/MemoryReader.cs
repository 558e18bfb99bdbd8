using System.Xml.Linq;
using Snaptree.Model;

namespace Snaptree.Formats;

/// <summary>What <c>memory</c> means at parse (<c>virDomainSnapshotDefParseMemory</c>).</summary>
internal static class MemoryReader
{
    /// <param name="memory">The element, when there is one.</param>
    /// <param name="offline">Memory cannot be part: the domain is shut off, or disks alone are wanted.</param>
    /// <param name="unsaid">What nothing said means; null leaves it to the driver.</param>
    internal static (MemoryLocation? Location, string? Path) Read(XElement? memory, bool offline, MemoryLocation? unsaid)
    {
        var path = Values.Attribute(memory, "file");
        var location = ReadWord(memory) ?? (path is null ? unsaid : MemoryLocation.External);
        return (location, path) switch
        {
            (not MemoryLocation.External, not null) => throw XmlErrors.Wrong(
                $"memory filename '{path}' requires external snapshot", "Write snapshot='external', or leave the file out."),
            (MemoryLocation.External, null) =>
                throw XmlErrors.Wrong("external memory snapshots require a filename", "Add file='/…' to <memory>."),
            (MemoryLocation.Internal or MemoryLocation.External, _) when offline => throw XmlErrors.Wrong(
                "memory state cannot be saved with offline or disk-only snapshot", "Leave <memory> out, or write snapshot='no'."),
            (_, not (null or ['/', ..])) =>
                throw XmlErrors.Wrong($"memory snapshot file path ({path}) must be absolute", "Give the whole path, beginning with '/'."),
            _ => (location, path),
        };
    }

    private static MemoryLocation? ReadWord(XElement? memory) => Values.Attribute(memory, "snapshot") switch
    {
        null => null,
        "manual" => throw XmlErrors.Wrong("'manual' memory snapshot mode not supported", "Write no, internal or external."),
        var word => Vocabulary.Memory(word)
            ?? throw XmlErrors.InvalidAttribute(memory!, "snapshot", word, "Write no, internal or external."),
    };
}
