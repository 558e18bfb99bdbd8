using Snaptree.Drivers;
using Snaptree.Model;
using static Snaptree.DriverContract.Disks;

namespace Snaptree.DriverContract;

/// <summary><see cref="IOverlays"/>.</summary>
public abstract class OverlayContract<TBench>
    where TBench : DriverBench, new()
{
    [Fact]
    public async Task An_overlay_shows_what_its_backing_image_shows()
    {
        await using var bench = new TBench();
        var @base = await bench.CreateAsync("base.raw", 0xa0, ImageFormat.Raw);
        var overlay = await bench.CreateOverlayAsync(Vda, @base, "a1.qcow2", ImageFormat.Raw);
        await bench.WriteAsync(overlay, 2, 0xa1);
        Assert.Equal(Of(0xa0, (2, 0xa1)), await bench.ReadAsync(overlay));
        Assert.Equal(Of(0xa0), await bench.ReadAsync(@base, ImageFormat.Raw));
    }

    [Fact]
    public async Task An_existing_file_is_never_taken_for_an_overlay()
    {
        await using var bench = new TBench();
        var (@base, precious) = (await bench.CreateAsync("base.qcow2", 0xa0), await bench.CreateAsync("precious.qcow2", 0xff));
        var error = await Assert.ThrowsAsync<SnapshotException>(() => bench.CreateOverlayAsync(Vda, @base, precious.FileName));
        Assert.Equal((ErrorCode.ConfigUnsupported, "vda"), (error.Code, error.Disk));
        Assert.Equal(Of(0xff), await bench.ReadAsync(precious));
    }

    [Fact]
    public async Task An_overlay_that_cannot_be_made_leaves_no_file()
    {
        await using var bench = new TBench();
        await Assert.ThrowsAsync<SnapshotException>(() => bench.CreateOverlayAsync(Vda, bench.Image("gone.qcow2"), "a1.qcow2"));
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        var request = bench.Overlay(Vda, await bench.CreateAsync("base.qcow2", 0xa0), "a1.qcow2");
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => bench.Driver.Overlays.CreateAsync(request, cancelled.Token));
        Assert.False(bench.Driver.Store.Exists(request.Path.Value));
    }

    [Fact]
    public async Task Opening_and_closing_may_be_repeated_and_leave_the_disk_alone()
    {
        await using var bench = new TBench();
        var image = await bench.CreateAsync("a.qcow2", 0xa0);
        var domain = await bench.StartAsync((Vda, image, ImageFormat.Qcow2));
        var overlay = bench.Overlay(Vda, image, "a1.qcow2");
        await bench.Driver.Overlays.CreateAsync(overlay, bench.Token);
        foreach (var act in new[] { bench.Driver.Overlays.OpenAsync, bench.Driver.Overlays.CloseAsync })
        {
            await act(domain, [overlay], bench.Token);
            await act(domain, [overlay], bench.Token);
            Assert.Equal([image], (await bench.LookAsync(domain)).Disks.Single().OpenChain);
        }

        // Nobody holds the overlay's lock any more, which a writer would not get past.
        await bench.Driver.Merges.RebaseHeaderAsync(overlay.Path, image, ImageFormat.Qcow2, bench.Token);
        await bench.GuestWriteAsync(domain, Vda, 2, 0xa2);
        Assert.Equal(Of(0xa0, (2, 0xa2)), await bench.ReadAsync(image));
    }

    [Fact]
    public async Task All_disks_are_switched_at_once_and_what_was_is_frozen()
    {
        await using var bench = new TBench();
        var (a, b) = (await bench.CreateAsync("a.qcow2", 0xa0), await bench.CreateAsync("b.raw", 0xb0, ImageFormat.Raw));
        var domain = await bench.StartAsync((Vda, a, ImageFormat.Qcow2), (Vdb, b, ImageFormat.Raw));
        OverlayRequest[] overlays = [bench.Overlay(Vda, a, "a1.qcow2"), bench.Overlay(Vdb, b, "b1.qcow2", ImageFormat.Raw)];
        foreach (var overlay in overlays)
        {
            await bench.Driver.Overlays.CreateAsync(overlay, bench.Token);
        }

        await bench.Driver.Overlays.OpenAsync(domain, [.. overlays], bench.Token);
        await bench.Driver.Overlays.SwitchAsync(domain, [.. overlays], bench.Token);
        var view = await bench.LookAsync(domain);
        Assert.Equal(DomainState.Running, view.State);
        Assert.Equal([overlays[0].Path, a], view.Disks[0].OpenChain);
        Assert.Equal([overlays[1].Path, b], view.Disks[1].OpenChain);

        await bench.GuestWriteAsync(domain, Vda, 1, 0xa1);
        Assert.Equal(Of(0xa0), await bench.ReadAsync(a));
        Assert.Equal(Of(0xa0, (1, 0xa1)), await bench.ReadAsync(overlays[0].Path));
        await Assert.ThrowsAsync<SnapshotException>(() => bench.Driver.Overlays.CloseAsync(domain, [overlays[0]], bench.Token));
        Assert.Equal([overlays[0].Path, a], (await bench.LookAsync(domain)).Disks[0].OpenChain);
    }

    [Fact]
    public async Task A_switch_that_fails_on_one_disk_switches_none()
    {
        await using var bench = new TBench();
        var (a, b) = (await bench.CreateAsync("a.qcow2", 0xa0), await bench.CreateAsync("b.qcow2", 0xb0));
        var domain = await bench.StartAsync((Vda, a, ImageFormat.Qcow2), (Vdb, b, ImageFormat.Qcow2));
        OverlayRequest[] overlays = [bench.Overlay(Vda, a, "a1.qcow2"), bench.Overlay(Vdb, b, "b1.qcow2")];
        foreach (var overlay in overlays)
        {
            await bench.Driver.Overlays.CreateAsync(overlay, bench.Token);
        }

        await bench.Driver.Overlays.OpenAsync(domain, [overlays[0]], bench.Token);
        var error = await Assert.ThrowsAsync<SnapshotException>(() => bench.Driver.Overlays.SwitchAsync(domain, [.. overlays], bench.Token));
        Assert.NotNull(error.Foreign);
        var view = await bench.LookAsync(domain);
        Assert.Equal([a], view.Disks[0].OpenChain);
        Assert.Equal([b], view.Disks[1].OpenChain);
        await bench.GuestWriteAsync(domain, Vda, 1, 0xa1);
        Assert.Equal(Of(0xa0, (1, 0xa1)), await bench.ReadAsync(a));
    }
}
