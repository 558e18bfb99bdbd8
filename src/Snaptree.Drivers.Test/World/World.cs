using System.Collections.Immutable;
using Snaptree.Model;

namespace Snaptree.Drivers.Test;

/// <summary>
/// Everything there is, at one moment: images, memory files, processes. Immutable, so that an act happens whole or not at all, and that a
/// world can be kept and begun again from.
/// </summary>
internal sealed record World
{
    internal ImmutableDictionary<ImagePath, StoredImage> Images { get; init; } = ImmutableDictionary<ImagePath, StoredImage>.Empty;

    /// <summary>Images that were removed: these do not appear by themselves again.</summary>
    internal ImmutableHashSet<ImagePath> Removed { get; init; } = [];

    internal ImmutableDictionary<string, MemoryFile> MemoryFiles { get; init; } = ImmutableDictionary<string, MemoryFile>.Empty;

    internal ImmutableDictionary<ProcessKey, RunningProcess> Processes { get; init; } = ImmutableDictionary<ProcessKey, RunningProcess>.Empty;

    /// <summary>How processes ended that nobody ended.</summary>
    internal ImmutableDictionary<ProcessKey, ShutoffReason> Ended { get; init; } = ImmutableDictionary<ProcessKey, ShutoffReason>.Empty;

    internal int LastProcessId { get; init; }

    internal World With(StoredImage image) => this with { Images = Images.SetItem(image.Path, image), Removed = Removed.Remove(image.Path) };

    internal World With(RunningProcess process) =>
        this with { Processes = Processes.SetItem(process.Key, process), Ended = Ended.Remove(process.Key) };

    /// <param name="reason">What is remembered of the end; null forgets the process as if it had never been.</param>
    internal World Without(ProcessKey key, ShutoffReason? reason) =>
        this with
        {
            Processes = Processes.Remove(key),
            Ended = reason is { } why ? Ended.SetItem(key, why) : Ended.Remove(key),
        };

    internal StoredImage? Find(ImagePath path) => Images.GetValueOrDefault(path);

    /// <exception cref="SnapshotException"><see cref="ErrorCode.OperationFailed"/>: it is missing or damaged.</exception>
    internal StoredImage Get(ImagePath path) =>
        Find(path) is not { } image ? throw TestErrors.Missing(path)
        : image.IsDamaged ? throw TestErrors.Damaged(path)
        : image;

    internal RunningProcess? Find(DomainSpec domain) => KeyOf(domain) is { } key ? Processes.GetValueOrDefault(key) : null;

    /// <exception cref="SnapshotException">
    /// <see cref="ErrorCode.OperationInvalid"/>: the domain is shut off. <see cref="ErrorCode.OperationFailed"/>: its process has ended.
    /// </exception>
    internal RunningProcess Get(DomainSpec domain) => Find(domain) ?? throw TestErrors.NotRunning(domain);

    /// <summary>From <paramref name="top"/> down to its base.</summary>
    internal IEnumerable<StoredImage> ChainOf(ImagePath top)
    {
        var seen = new HashSet<ImagePath>();
        for (ImagePath? next = top; next is { } path && seen.Add(path);)
        {
            var image = Get(path);
            yield return image;
            next = image.Backing?.Path;
        }
    }

    /// <summary>An image is open for one writer, or for any number of readers; a process is never in its own way.</summary>
    /// <exception cref="SnapshotException"><see cref="ErrorCode.OperationFailed"/>: another process has it open.</exception>
    internal void RefuseLocked(ImagePath path, bool forWriting, ProcessKey? self)
    {
        var holder = Processes.Values.FirstOrDefault(
            process => process.Key != self && (process.Writes(path) || (forWriting && process.IsOpen(path))));
        if (holder is not null)
        {
            throw TestErrors.Locked(path, holder, forWriting);
        }
    }

    /// <summary>As a tool does that opens an image for writing with all that it stands on.</summary>
    internal void RefuseLockedChain(ImagePath top)
    {
        foreach (var image in ChainOf(top))
        {
            RefuseLocked(image.Path, forWriting: image.Path == top, self: null);
        }
    }

    /// <summary>Images that the definition names and that nobody has ever seen are there as soon as somebody looks: empty ones.</summary>
    internal World WithImagesOf(DomainSpec domain, long bytes)
    {
        var unknown = domain.Definition.Disks
            .Where(disk => disk.Source is { } path && !Images.ContainsKey(path) && !Removed.Contains(path) && !MemoryFiles.ContainsKey(path.Value));
        return unknown.Aggregate(
            this, (world, disk) => world.With(new StoredImage(disk.Source!.Value, disk.Format, bytes, ImmutableSortedDictionary<long, byte>.Empty)));
    }

    internal static ProcessKey? KeyOf(DomainSpec domain) =>
        domain.Instance is { } instance ? new ProcessKey(domain.Definition.Uuid, instance) : null;
}
