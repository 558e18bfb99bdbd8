using Snaptree.Model;

namespace Snaptree.Drivers.Test;

/// <inheritdoc cref="IMemoryImages"/>
internal sealed class TestMemoryImages(TestHost host) : IMemoryImages
{
    private const int Pieces = 4;

    /// <summary>The file appears whole, when everything has been written.</summary>
    public async Task SaveAsync(
        DomainSpec domain, string path, SavedDomain? saved, IProgress<WorkProgress> progress, CancellationToken cancellationToken)
    {
        var run = await host.BeginAsync(DriverCall.SaveMemory, cancellationToken);
        for (var piece = 0; piece < Pieces; piece++)
        {
            var bytes = Standing(host.World, domain).Memory.Bytes;
            progress.Report(new WorkProgress(bytes / Pieces * piece, bytes));
            if (piece > 0)
            {
                run.Meet(FaultMoment.Midway);
            }

            cancellationToken.ThrowIfCancellationRequested();
        }

        host.Change(now => Save(now, domain, path, saved));
        run.Meet(FaultMoment.After);
    }

    public async Task<MemoryImageInfo?> ReadAsync(string path, CancellationToken cancellationToken)
    {
        await host.BeginAsync(DriverCall.ReadMemory, cancellationToken);
        return Read(host.World, path)?.Info;
    }

    public Task RewriteAsync(string path, SavedDomain saved, CancellationToken cancellationToken) =>
        host.ActAsync(
            DriverCall.RewriteMemory,
            now => Read(now, path) is { } file
                ? now with { MemoryFiles = now.MemoryFiles.SetItem(path, file with { Info = file.Info with { Saved = saved } }) }
                : throw TestErrors.Memory(path, "it is not there"),
            cancellationToken);

    public Task DiscardAsync(DomainSpec domain, string path, CancellationToken cancellationToken) =>
        host.ActAsync(DriverCall.DiscardMemory, now => now with { MemoryFiles = now.MemoryFiles.Remove(path) }, cancellationToken);

    /// <summary>Null when it is absent.</summary>
    internal static MemoryFile? Read(World now, string path) =>
        now.MemoryFiles.TryGetValue(path, out var file)
            ? file.IsComplete ? file : throw TestErrors.Memory(path, "it is cut off")
            : path.StartsWith('/') && now.Images.ContainsKey(new ImagePath(path)) ? throw TestErrors.Memory(path, "it is something else")
            : null;

    private static World Save(World now, DomainSpec domain, string path, SavedDomain? saved)
    {
        var process = Standing(now, domain);
        if (path.StartsWith('/') && now.Images.ContainsKey(new ImagePath(path)))
        {
            throw TestErrors.Memory(path, "an image has that name");
        }

        var info = new MemoryImageInfo(
            process.Memory.Bytes, process.Memory.Bytes, process.Machine, TestDriver.Version, process.Key.Domain)
        { Saved = saved };
        return now with { MemoryFiles = now.MemoryFiles.SetItem(path, new MemoryFile(info, process.Memory, IsComplete: true)) };
    }

    private static RunningProcess Standing(World now, DomainSpec domain) =>
        now.Get(domain) is { IsRunning: false } process ? process : throw TestErrors.Running(domain, "save its memory");
}
