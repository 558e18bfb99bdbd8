using System.Collections.Immutable;
using Snaptree.Model;

namespace Snaptree.Drivers.Test;

/// <inheritdoc cref="IDomainProcess"/>
internal sealed class TestDomainProcess(TestHost host) : IDomainProcess
{
    private const string AnyMachine = "test";

    /// <summary>What a definition asks for beyond disks and memory makes no difference to a guest that has no devices.</summary>
    public async Task LaunchAsync(DomainSpec domain, LaunchRequest request, CancellationToken cancellationToken)
    {
        var run = await host.BeginAsync(DriverCall.Launch, cancellationToken);
        var key = new ProcessKey(domain.Definition.Uuid, request.Instance);
        host.Change(now => now.Without(key, reason: null));
        host.Change(now => Launch(host.Look(now, domain), domain, key, request.MemoryPath));
        run.Meet(FaultMoment.After);
    }

    public Task PresentAsync(DomainSpec domain, CancellationToken cancellationToken) =>
        host.ActAsync(DriverCall.Present, now => TakePlaces(now, now.Get(domain)), cancellationToken);

    public Task ResumeAsync(DomainSpec domain, CancellationToken cancellationToken) =>
        host.ActAsync(DriverCall.Resume, now => now.With(now.Get(domain) with { IsResumed = true }), cancellationToken);

    public Task PauseAsync(DomainSpec domain, CancellationToken cancellationToken) =>
        host.ActAsync(DriverCall.Pause, now => now.With(now.Get(domain) with { IsResumed = false }), cancellationToken);

    /// <summary>The guest begins to count anew.</summary>
    public Task ResetAsync(DomainSpec domain, CancellationToken cancellationToken) =>
        host.ActAsync(
            DriverCall.Reset,
            now => now.With(now.Get(domain) with { Memory = now.Get(domain).Memory with { Counter = 0 }, IsFrozen = false }),
            cancellationToken);

    /// <summary>The guest obeys at once, also when it stands still, as in libvirt's test driver.</summary>
    public Task RequestShutdownAsync(DomainSpec domain, CancellationToken cancellationToken) =>
        host.ActAsync(DriverCall.RequestShutdown, now => now.Without(now.Get(domain).Key, ShutoffReason.Shutdown), cancellationToken);

    public Task DestroyAsync(DomainSpec domain, CancellationToken cancellationToken) =>
        host.ActAsync(DriverCall.Destroy, now => World.KeyOf(domain) is { } key ? now.Without(key, reason: null) : now, cancellationToken);

    private static World Launch(World now, DomainSpec domain, ProcessKey key, string? memoryPath)
    {
        var memory = memoryPath is null ? new GuestMemory(domain.Definition.MemoryBytes, 0) : Load(now, domain, memoryPath);
        var disks = domain.Definition.Disks.Select(disk => Open(now, domain, disk)).ToImmutableArray();
        foreach (var disk in disks)
        {
            foreach (var (path, depth) in disk.Chain.Select((path, depth) => (path, depth)))
            {
                now.RefuseLocked(path, forWriting: disk.IsWritable && depth == 0, key);
            }
        }

        var id = now.LastProcessId + 1;
        return (now with { LastProcessId = id })
            .With(new RunningProcess(key, id, domain.Definition.Machine ?? AnyMachine, memory, disks));
    }

    private static OpenDisk Open(World now, DomainSpec domain, DomainDisk disk) =>
        new(disk.Target, disk.IsWritable, domain.ActiveImage(disk) is { } top ? [.. now.ChainOf(top).Select(image => image.Path)] : []);

    private static GuestMemory Load(World now, DomainSpec domain, string path)
    {
        var file = TestMemoryImages.Read(now, path) ?? throw TestErrors.Memory(path, "it is not there");
        return file.Memory.Bytes == domain.Definition.MemoryBytes
            ? file.Memory
            : throw TestErrors.Memory(
                path, $"it was saved from a guest with {file.Memory.Bytes} bytes of memory, this one has {domain.Definition.MemoryBytes}");
    }

    private static World TakePlaces(World now, RunningProcess taker) =>
        now.Processes.Values.Where(process => process.Key.Domain == taker.Key.Domain)
            .Aggregate(now, (before, process) => before.With(process with { HasPlaces = process.Key == taker.Key }));
}
