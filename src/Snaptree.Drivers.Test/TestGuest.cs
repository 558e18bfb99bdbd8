using System.Collections.Immutable;
using Snaptree.Model;

namespace Snaptree.Drivers.Test;

/// <summary>
/// The guest in one process. It does something only when a test moves it, and only while it runs; looking at it is possible as long as the
/// process lives.
/// </summary>
public sealed class TestGuest
{
    private readonly TestHost host;
    private readonly ProcessKey key;

    internal TestGuest(TestHost host, ProcessKey key) => (this.host, this.key) = (host, key);

    public bool IsRunning => Process(host.World).IsRunning;

    /// <summary>Its file systems are held still: it works, and cannot write.</summary>
    public bool IsFrozen => Process(host.World).IsFrozen;

    /// <summary>Whether its process has taken the places that the definition names.</summary>
    public bool HasPlaces => Process(host.World).HasPlaces;

    /// <summary>Number of its process.</summary>
    public int ProcessId => Process(host.World).Id;

    /// <summary>All images that its process has open, used by a disk or not.</summary>
    public IReadOnlySet<ImagePath> OpenImages
    {
        get
        {
            var process = Process(host.World);
            return process.Prepared.Union(process.Disks.SelectMany(disk => disk.Chain));
        }
    }

    /// <summary>What stands in its memory.</summary>
    public long Counter => Process(host.World).Memory.Counter;

    /// <summary>The guest works: the counter in its memory goes up by one.</summary>
    public void Tick() => host.Change(now =>
    {
        var process = Running(now);
        return now.With(process with { Memory = process.Memory with { Counter = process.Memory.Counter + 1 } });
    });

    /// <summary>The guest writes to a disk of its own.</summary>
    public void Write(string disk, long block, byte value) => host.Change(now =>
    {
        var process = Running(now);
        if (process.IsFrozen)
        {
            throw new InvalidOperationException("the guest's file systems are frozen");
        }

        var open = Disk(process, disk);
        if (!open.IsWritable)
        {
            throw new InvalidOperationException($"disk '{disk}' is read-only");
        }

        var written = Jobs.InStep(process, open).Prepend(open.Chain[0]);
        return written.Select(now.Get).Aggregate(now, (before, image) => before.With(image with { Blocks = image.Blocks.SetItem(block, value) }));
    });

    /// <summary>What the guest reads there.</summary>
    public byte Read(string disk, long block) => ReadAll(disk).GetValueOrDefault(block);

    /// <summary>All blocks of a disk that are not 0, as the guest reads them.</summary>
    public ImmutableSortedDictionary<long, byte> ReadAll(string disk) => host.Read(Disk(Process(host.World), disk).Chain[0]);

    private static OpenDisk Disk(RunningProcess process, string disk) =>
        process.Disk(new DiskTarget(disk)) is { Chain.IsEmpty: false } open
            ? open
            : throw new InvalidOperationException($"there is no disk '{disk}', or nothing in it");

    private RunningProcess Running(World now) =>
        Process(now) is { IsRunning: true } process ? process : throw new InvalidOperationException("the guest stands still");

    private RunningProcess Process(World now) =>
        now.Processes.GetValueOrDefault(key) ?? throw new InvalidOperationException($"there is no process {key.Instance}");
}
