using System.Security.Cryptography;
using System.Text;
using Snaptree.Model;

namespace Snaptree.Drivers.Qemu;

/// <summary>
/// Names of QEMU's block nodes, computed from disk and path, so that nothing about them need be remembered. QEMU allows 31 characters,
/// and the same image below two disks must have two names.
/// </summary>
internal static class NodeNames
{
    private const int HashCharacters = 14;

    /// <summary>The node that speaks the image's format.</summary>
    internal static string Format(DiskTarget disk, ImagePath image) =>
        $"{disk}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(image.Value)))[..HashCharacters]}";

    /// <summary>The node below it that reads and writes the file.</summary>
    internal static string File(DiskTarget disk, ImagePath image) => Format(disk, image) + "-f";

    /// <summary>The guest device of a disk.</summary>
    internal static string Device(DiskTarget disk) => $"disk-{disk}";
}
