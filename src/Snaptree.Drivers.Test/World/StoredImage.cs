using System.Collections.Immutable;
using Snaptree.Model;

namespace Snaptree.Drivers.Test;

/// <summary>What a guest's memory holds here: how large it is, and a counter that only the guest moves.</summary>
internal readonly record struct GuestMemory(long Bytes, long Counter);

/// <summary>A snapshot inside an image: its entry in the table, the blocks of its moment, and the memory if the guest was running.</summary>
internal sealed record StoredSnapshot(InternalSnapshot Entry, ImmutableSortedDictionary<long, byte> Blocks, GuestMemory? Memory);

/// <summary>An image as this world keeps it: one byte stands for all bytes of a block, and a block that is not there is the backing image's.</summary>
internal sealed record StoredImage(ImagePath Path, ImageFormat Format, long VirtualBytes, ImmutableSortedDictionary<long, byte> Blocks)
{
    internal const int BlockBytes = 64 * 1024;

    internal Backing? Backing { get; init; }

    internal ImmutableArray<StoredSnapshot> Snapshots { get; init; } = [];

    internal bool IsDamaged { get; init; }

    internal ImageInfo Info =>
        new(Path, Format, VirtualBytes, AllocatedBytes, Backing, HoldsData: Format == ImageFormat.Raw || !Blocks.IsEmpty)
        {
            InternalSnapshots = [.. Snapshots.Select(snapshot => snapshot.Entry)],
        };

    private long AllocatedBytes =>
        ((Blocks.Count + Snapshots.Sum(snapshot => (long)snapshot.Blocks.Count)) * BlockBytes)
        + Snapshots.Sum(snapshot => snapshot.Entry.VmStateBytes);

    internal StoredSnapshot? Find(string tag) => Snapshots.FirstOrDefault(snapshot => snapshot.Entry.Name == tag);

    /// <summary>Numbers count up and are not given twice while the one with the highest stands, as qcow2 tools do it.</summary>
    internal StoredImage With(string tag, DateTimeOffset now, GuestMemory? memory)
    {
        var number = Snapshots.Select(snapshot => int.Parse(snapshot.Entry.Id)).DefaultIfEmpty(0).Max() + 1;
        var entry = new InternalSnapshot(number.ToString(), tag, now, memory?.Bytes ?? 0);
        return this with { Snapshots = Snapshots.Add(new StoredSnapshot(entry, Blocks, memory)) };
    }

    internal StoredImage Without(string tag) => this with { Snapshots = Snapshots.RemoveAll(snapshot => snapshot.Entry.Name == tag) };
}

/// <summary>A saved memory.</summary>
/// <param name="IsComplete">False for one that was cut off, which a test asked for.</param>
internal sealed record MemoryFile(MemoryImageInfo Info, GuestMemory Memory, bool IsComplete);
