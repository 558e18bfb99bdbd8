using System.Collections.Immutable;
using Snaptree.Model;

namespace Snaptree.Drivers.Test;

/// <summary>
/// A host in memory: images, memory files and hypervisor processes, with the rules of real ones and without a single real file. It outlives
/// drivers and engines that work on it, as a real host does. Thread-safe. Its own members are the hand of a test; what is wrong about
/// how they are used is an <see cref="InvalidOperationException"/> or <see cref="ArgumentException"/>.
/// </summary>
public sealed class TestHost(TestHostSettings settings)
{
    /// <summary>One byte stands for all bytes of a block.</summary>
    public const int BlockBytes = StoredImage.BlockBytes;

    private readonly Lock gate = new();
    private World world = new();

    public TestHostSettings Settings { get; } = settings;

    public TestFaults Faults { get; } = new();

    /// <summary>Paths of all images and memory files, in order.</summary>
    public IReadOnlyList<string> Files
    {
        get
        {
            var now = World;
            return [.. now.Images.Keys.Select(path => path.Value).Concat(now.MemoryFiles.Keys).Order(StringComparer.Ordinal)];
        }
    }

    internal World World
    {
        get
        {
            lock (gate)
            {
                return world;
            }
        }
    }

    /// <summary>Another host that is in the state of this one at this moment, with no faults to come.</summary>
    public TestHost Copy() => new(Settings) { world = World };

    /// <summary>Makes an image.</summary>
    /// <param name="fill">What every block holds; null leaves it without data.</param>
    public ImagePath AddImage(string path, ImageFormat format, long virtualBytes, byte? fill = null, ImagePath? backing = null)
    {
        var image = new ImagePath(path);
        var blocks = fill is { } value
            ? Enumerable.Range(0, checked((int)(virtualBytes / BlockBytes))).ToImmutableSortedDictionary(block => (long)block, _ => value)
            : ImmutableSortedDictionary<long, byte>.Empty;
        Change(now => now.Images.ContainsKey(image)
            ? throw new InvalidOperationException($"{path} exists already")
            : now.With(new StoredImage(image, format, virtualBytes, blocks)
            {
                Backing = backing is { } below ? new Backing(below.Value, below, now.Get(below).Format) : null,
            }));
        return image;
    }

    /// <summary>Writes into an image that no process has open.</summary>
    public void Write(ImagePath path, long block, byte value) =>
        Change(now =>
        {
            now.RefuseLockedChain(path);
            var image = now.Get(path);
            return now.With(image with { Blocks = image.Blocks.SetItem(block, value) });
        });

    /// <summary>What is read through an image, or through an internal snapshot in it: the blocks that are not 0.</summary>
    public ImmutableSortedDictionary<long, byte> Read(ImagePath path, string? tag = null)
    {
        var chain = World.ChainOf(path).Select(image => image.Blocks).ToList();
        if (tag is not null)
        {
            chain[0] = World.Get(path).Find(tag)?.Blocks ?? throw new InvalidOperationException($"{path} holds no snapshot '{tag}'");
        }

        return chain.AsEnumerable().Reverse()
            .Aggregate(ImmutableSortedDictionary<long, byte>.Empty, (below, own) => below.SetItems(own))
            .Where(block => block.Value != 0).ToImmutableSortedDictionary();
    }

    /// <summary>What stood in the memory that a file holds; null when there is no such file.</summary>
    public long? SavedCounter(string memoryPath) => World.MemoryFiles.GetValueOrDefault(memoryPath)?.Memory.Counter;

    /// <summary>What stood in the memory that an internal snapshot holds; null when it holds none.</summary>
    public long? SavedCounter(ImagePath path, string tag) => World.Get(path).Find(tag)?.Memory?.Counter;

    /// <summary>Spoils a file: an image that nothing can be read from, a memory image that is cut off.</summary>
    public void Damage(string path) =>
        Change(now => now.MemoryFiles.TryGetValue(path, out var memory)
            ? now with { MemoryFiles = now.MemoryFiles.SetItem(path, memory with { IsComplete = false }) }
            : now.With(now.Get(new ImagePath(path)) with { IsDamaged = true }));

    /// <summary>Instances of the domain that have a process, in the order of their start.</summary>
    public IReadOnlyList<InstanceId> Instances(Guid domain) =>
        [
            .. World.Processes.Values.Where(process => process.Key.Domain == domain)
                .OrderBy(process => process.Id).Select(process => process.Key.Instance),
        ];

    /// <summary>The guest in one process.</summary>
    public TestGuest Guest(Guid domain, InstanceId instance) => new(this, new ProcessKey(domain, instance));

    /// <summary>The process is gone at once, as by the kernel's OOM killer. Nothing happens when there is none.</summary>
    public void Kill(Guid domain, InstanceId instance)
    {
        var key = new ProcessKey(domain, instance);
        Change(now => now.Processes.ContainsKey(key) ? now.Without(key, ShutoffReason.Crashed) : now);
    }

    /// <summary>All jobs go on to where they wait to be asked, as those of a real hypervisor do when whoever began them has died.</summary>
    public void LetJobsRun() =>
        Change(now => now.Processes.Values
            .SelectMany(process => process.Jobs.Keys.Select(id => (process.Key, id)))
            .Aggregate(now, (before, job) => Jobs.RunOut(before, job.Key, job.id, Settings.Time.GetUtcNow())));

    internal void Change(Func<World, World> act)
    {
        lock (gate)
        {
            world = act(world);
        }
    }

    /// <summary>One call of the contract that happens at one instant.</summary>
    internal async Task ActAsync(DriverCall call, Func<World, World> act, CancellationToken cancellationToken)
    {
        var run = await BeginAsync(call, cancellationToken);
        Change(act);
        run.Meet(FaultMoment.After);
    }

    /// <summary>The beginning of every call. As with a real hypervisor nothing has happened yet when the method returns its task.</summary>
    internal async Task<CallInProgress> BeginAsync(DriverCall call, CancellationToken cancellationToken)
    {
        await Task.Yield();
        cancellationToken.ThrowIfCancellationRequested();
        var run = Faults.Begin(call);
        run.Meet(FaultMoment.Before);
        return run;
    }

    /// <summary>What every call with a domain sees first.</summary>
    internal World Look(World now, DomainSpec domain) => Settings.IsStrict ? now : now.WithImagesOf(domain, Settings.EmptyImageBytes);
}
