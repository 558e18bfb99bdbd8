using System.Collections.Immutable;

namespace Snaptree.Model;

/// <summary>Image formats that this project can read the header of.</summary>
public enum ImageFormat
{
    Raw,
    Qcow2,
}

/// <summary>What an overlay's header says about the image below it.</summary>
/// <param name="Stored">The text in the header, relative or absolute.</param>
/// <param name="Path">What that text means.</param>
/// <param name="Format">The format named in the header; null when the header leaves it to be guessed.</param>
public sealed record Backing(string Stored, ImagePath Path, ImageFormat? Format);

/// <summary>A snapshot kept inside a qcow2 image, as its table says.</summary>
/// <param name="VmStateBytes">Size of the saved memory; 0 when only the disk was saved.</param>
public sealed record InternalSnapshot(string Id, string Name, DateTimeOffset CreatedAt, long VmStateBytes);

/// <summary>One image as read from its header.</summary>
/// <param name="VirtualBytes">Size the guest sees.</param>
/// <param name="AllocatedBytes">Size on the host's file system.</param>
/// <param name="HoldsData">False only when it is sure that the image itself holds no cluster of data: an overlay never written to.</param>
public sealed record ImageInfo(
    ImagePath Path, ImageFormat Format, long VirtualBytes, long AllocatedBytes, Backing? Backing, bool HoldsData)
{
    public ImmutableArray<InternalSnapshot> InternalSnapshots { get; init; } = [];

    public InternalSnapshot? Internal(string name) => InternalSnapshots.FirstOrDefault(snapshot => snapshot.Name == name);
}
