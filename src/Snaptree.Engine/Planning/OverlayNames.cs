using System.Text;
using Snaptree.Drivers;
using Snaptree.Model;

namespace Snaptree.Engine;

/// <summary>
/// Names of the files we invent: <c>STEM.SNAPSHOT-DISK-OPERATION.qcow2</c> beside the image they continue. The operation's id makes
/// them unique and is the evidence of who made them; the disk tells apart images of one operation that differ in their suffix only.
/// </summary>
internal static class OverlayNames
{
    private const int StemCharacters = 60;
    private const int NameCharacters = 40;
    private const int DiskCharacters = 16;

    internal static ImagePath For(PlanFacts facts, DiskTarget disk, ImagePath continued, SnapshotName snapshot)
    {
        var original = facts.OriginalOf(disk).FileName;
        var stem = original.LastIndexOf('.') is var dot && dot > 0 ? original[..dot] : original;
        var file = $"{Slug(stem, StemCharacters)}.{Slug(snapshot.Value, NameCharacters)}-{Slug(disk.Name, DiskCharacters)}-{facts.Operation}.qcow2";
        return new ImagePath($"{continued.Folder.TrimEnd('/')}/{file}");
    }

    internal static OverlayRequest Overlay(PlanFacts facts, DiskTarget disk, ImagePath backing, ImagePath path)
    {
        var image = facts.View.Images.Get(backing);
        return new OverlayRequest(disk, path, backing, image.Format, image.VirtualBytes);
    }

    /// <summary>ASCII only: a name in another script would exceed the 255 bytes of a file name long before its own limit.</summary>
    private static string Slug(string name, int characters)
    {
        var slug = new StringBuilder();
        foreach (var character in Shorten(name, characters))
        {
            slug.Append(char.IsAsciiLetterOrDigit(character) || character is '.' or '_' or '-' ? character : '_');
        }

        return slug.ToString();
    }

    /// <summary>Never leaves half of a surrogate pair, which no file name can carry.</summary>
    private static string Shorten(string text, int characters) =>
        text.Length <= characters ? text
        : char.IsHighSurrogate(text[characters - 1]) ? text[..(characters - 1)]
        : text[..characters];
}
