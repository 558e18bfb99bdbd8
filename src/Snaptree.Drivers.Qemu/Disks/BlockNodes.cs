using System.Text.Json.Nodes;
using Snaptree.Model;

namespace Snaptree.Drivers.Qemu;

/// <summary>The <c>blockdev</c> descriptions of images: explicit nodes all the way down, so that QEMU never opens what we did not name.</summary>
internal static class BlockNodes
{
    /// <summary>The file below an image. It is opened for writing only while something above needs to write.</summary>
    internal static JsonObject File(DiskTarget disk, ImagePath image) =>
        new()
        {
            ["driver"] = "file",
            ["node-name"] = NodeNames.File(disk, image),
            ["filename"] = image.Value,
            ["auto-read-only"] = true,
            ["discard"] = "unmap",
        };

    /// <param name="backing">The image below; null for none, which overrides whatever the header says.</param>
    internal static JsonObject Format(DiskTarget disk, ImagePath image, ImageFormat format, ImagePath? backing, bool readOnly)
    {
        var node = new JsonObject
        {
            ["driver"] = Driver(format),
            ["node-name"] = NodeNames.Format(disk, image),
            ["file"] = NodeNames.File(disk, image),
            ["read-only"] = readOnly,
            ["discard"] = "unmap",
        };
        if (format == ImageFormat.Qcow2)
        {
            node["backing"] = backing is { } below ? NodeNames.Format(disk, below) : null;
        }

        return node;
    }

    /// <summary>All nodes of a chain, base first, each after what it stands on.</summary>
    internal static IEnumerable<JsonObject> Chain(DiskTarget disk, IReadOnlyList<ImageInfo> chain, bool readOnly)
    {
        for (var depth = chain.Count - 1; depth >= 0; depth--)
        {
            yield return File(disk, chain[depth].Path);
            yield return Format(disk, chain[depth].Path, chain[depth].Format, chain[depth].Backing?.Path, readOnly || depth > 0);
        }
    }

    internal static string Driver(ImageFormat format) => format == ImageFormat.Qcow2 ? "qcow2" : "raw";
}
