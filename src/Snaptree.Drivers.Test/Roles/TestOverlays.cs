using System.Collections.Immutable;
using Snaptree.Model;

namespace Snaptree.Drivers.Test;

/// <inheritdoc cref="IOverlays"/>
internal sealed class TestOverlays(TestHost host) : IOverlays
{
    public Task CreateAsync(OverlayRequest request, CancellationToken cancellationToken) =>
        host.ActAsync(DriverCall.CreateOverlay, now => Create(now, request), cancellationToken);

    public Task OpenAsync(DomainSpec domain, ImmutableArray<OverlayRequest> overlays, CancellationToken cancellationToken) =>
        host.ActAsync(
            DriverCall.OpenOverlays,
            now => now.With(overlays.Aggregate(now.Get(domain), (process, overlay) => Open(now, process, overlay))),
            cancellationToken);

    public Task CloseAsync(DomainSpec domain, ImmutableArray<OverlayRequest> overlays, CancellationToken cancellationToken) =>
        host.ActAsync(
            DriverCall.CloseOverlays,
            now => now.With(overlays.Aggregate(now.Get(domain), Close)),
            cancellationToken);

    public Task SwitchAsync(DomainSpec domain, ImmutableArray<OverlayRequest> overlays, CancellationToken cancellationToken) =>
        host.ActAsync(
            DriverCall.SwitchDisks,
            now => now.With(overlays.Aggregate(now.Get(domain), Switch)),
            cancellationToken);

    private static World Create(World now, OverlayRequest request)
    {
        if (now.Images.ContainsKey(request.Path) || now.MemoryFiles.ContainsKey(request.Path.Value))
        {
            throw new SnapshotException(
                ErrorCode.ConfigUnsupported, $"{request.Path} exists already", "Choose another path, or move the file away; it was not touched.")
            { Disk = request.Disk.Name };
        }

        if (now.Find(request.Backing) is null)
        {
            throw new SnapshotException(
                ErrorCode.System, $"cannot finish the overlay {request.Path}: {request.Backing} is not there", "Put the image back where it was.")
            { Disk = request.Disk.Name };
        }

        return now.With(new StoredImage(request.Path, ImageFormat.Qcow2, request.VirtualBytes, ImmutableSortedDictionary<long, byte>.Empty)
        {
            Backing = new Backing(request.Backing.Value, request.Backing, request.BackingFormat),
        });
    }

    private static RunningProcess Open(World now, RunningProcess process, OverlayRequest overlay)
    {
        if (process.IsOpen(overlay.Path))
        {
            return process;
        }

        _ = now.Get(overlay.Path);
        now.RefuseLocked(overlay.Path, forWriting: true, process.Key);
        return process with { Prepared = process.Prepared.Add(overlay.Path) };
    }

    private static RunningProcess Close(RunningProcess process, OverlayRequest overlay) =>
        process.Disks.Any(disk => disk.Chain.Contains(overlay.Path))
            ? throw TestErrors.Refused("node", $"{overlay.Path} is in use by disk '{overlay.Disk}'", "Let the guest write to another image first.")
            : process with { Prepared = process.Prepared.Remove(overlay.Path) };

    private static RunningProcess Switch(RunningProcess process, OverlayRequest overlay)
    {
        if (!process.Prepared.Contains(overlay.Path))
        {
            throw TestErrors.Refused("node", $"{overlay.Path} is not open, or in use already", "Open it first.");
        }

        if (process.Top(overlay.Disk) != overlay.Backing)
        {
            throw TestErrors.Refused("node", $"disk '{overlay.Disk}' does not write to {overlay.Backing}", "Observe it again.");
        }

        Busy.Refuse(process, overlay.Disk);
        var disk = process.Disk(overlay.Disk)!;
        return process.With(disk with { Chain = disk.Chain.Insert(0, overlay.Path) }) with { Prepared = process.Prepared.Remove(overlay.Path) };
    }
}
