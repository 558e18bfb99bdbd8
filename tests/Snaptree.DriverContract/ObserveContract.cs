using Snaptree.Drivers;
using Snaptree.Model;
using static Snaptree.DriverContract.Disks;

namespace Snaptree.DriverContract;

/// <summary><see cref="IHypervisorDriver.ObserveAsync"/>: everything is seen, nothing is changed.</summary>
public abstract class ObserveContract<TBench>
    where TBench : DriverBench, new()
{
    [Fact]
    public async Task A_shut_off_domain_is_seen_with_the_headers_of_everything_it_stands_on()
    {
        await using var bench = new TBench();
        var @base = await bench.CreateAsync("base.raw", 0xa0, ImageFormat.Raw);
        var top = await bench.CreateOverlayAsync(Vda, @base, "top.qcow2", ImageFormat.Raw);
        var view = await bench.LookAsync(bench.Define((Vda, top, ImageFormat.Qcow2)));

        Assert.Equal((DomainState.Shutoff, ShutoffReason.Unknown), (view.State, view.ShutoffReason));
        Assert.All(view.Disks, disk => Assert.Empty(disk.OpenChain));
        Assert.Empty(view.Jobs);
        Assert.Null(view.Hypervisor);
        Assert.Equal([top, @base], view.Images.ChainOf(top).Select(image => image.Path));
        Assert.Equal([ImageFormat.Qcow2, ImageFormat.Raw], view.Images.ChainOf(top).Select(image => image.Format));
        Assert.All(view.Images.ChainOf(top), image => Assert.Equal(bench.VirtualBytes, image.VirtualBytes));
        Assert.Equal((@base, ImageFormat.Raw), (view.Images.Get(top).Backing!.Path, view.Images.Get(top).Backing!.Format));
    }

    [Fact]
    public async Task A_running_domain_is_seen_as_its_hypervisor_has_it_open()
    {
        await using var bench = new TBench();
        var @base = await bench.CreateAsync("base.qcow2", 0xa0);
        var top = await bench.CreateOverlayAsync(Vda, @base, "top.qcow2");
        var other = await bench.CreateAsync("b.raw", 0xb0, ImageFormat.Raw);
        var view = await bench.LookAsync(await bench.StartAsync((Vda, top, ImageFormat.Qcow2), (Vdb, other, ImageFormat.Raw)));

        Assert.Equal(DomainState.Running, view.State);
        Assert.Equal([Vda, Vdb], view.Disks.Select(disk => disk.Target));
        Assert.Equal([top, @base], view.Disks[0].OpenChain);
        Assert.Equal([other], view.Disks[1].OpenChain);
        Assert.Empty(view.Jobs);
        Assert.True(view.Hypervisor!.ProcessId > 0);
        Assert.NotEmpty(view.Hypervisor.Version);
    }

    [Fact]
    public async Task A_missing_image_is_a_fact_and_not_an_error()
    {
        await using var bench = new TBench();
        var (@base, stray) = (await bench.CreateAsync("base.qcow2", 0xa0), bench.Image("stray.qcow2"));
        var top = await bench.CreateOverlayAsync(Vda, @base, "top.qcow2");
        await bench.Driver.Store.DeleteAsync(@base.Value, bench.Token);

        var view = await bench.LookAsync(bench.Define((Vda, top, ImageFormat.Qcow2)), stray);
        Assert.Equal([@base, stray], view.Images.Missing.OrderBy(path => path.Value));
        Assert.NotNull(view.Images.Find(top));
    }

    [Fact]
    public async Task A_damaged_image_is_an_error_that_names_it()
    {
        await using var bench = new TBench();
        var image = await bench.CreateAsync("a.qcow2", 0xa0);
        await bench.DamageAsync(image.Value);

        var error = await Assert.ThrowsAsync<SnapshotException>(() => bench.LookAsync(bench.Define((Vda, image, ImageFormat.Qcow2))));
        Assert.Equal(ErrorCode.OperationFailed, error.Code);
        Assert.Contains(image.Value, error.Message);
    }

    [Fact]
    public async Task An_overlay_holds_data_from_the_first_write_on()
    {
        await using var bench = new TBench();
        var @base = await bench.CreateAsync("base.qcow2", 0xa0);
        var top = await bench.CreateOverlayAsync(Vda, @base, "top.qcow2");
        var domain = bench.Define((Vda, top, ImageFormat.Qcow2));
        Assert.False((await bench.LookAsync(domain)).Images.Get(top).HoldsData);
        Assert.True((await bench.LookAsync(domain)).Images.Get(@base).HoldsData);

        await bench.WriteAsync(top, 3, 0xa1);
        var image = (await bench.LookAsync(domain)).Images.Get(top);
        Assert.True(image.HoldsData);
        Assert.True(image.AllocatedBytes > 0);
    }
}
