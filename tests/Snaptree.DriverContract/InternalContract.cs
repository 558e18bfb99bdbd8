using Snaptree.Drivers;
using Snaptree.Model;
using static Snaptree.DriverContract.Disks;

namespace Snaptree.DriverContract;

/// <summary><see cref="IInternalSnapshots"/>, on a driver that can hold them in qcow2 and not in raw.</summary>
public abstract class InternalContract<TBench>
    where TBench : DriverBench, new()
{
    /// <summary>Not ASCII, as users write.</summary>
    private const string Tag = "früh";

    [Fact]
    public async Task A_running_guest_goes_back_to_the_moment_of_its_snapshot_and_the_snapshot_can_be_removed()
    {
        await using var bench = new TBench();
        var (a, b) = (await bench.CreateAsync("a.qcow2", 0xa0), await bench.CreateAsync("b.qcow2", 0xb0));
        var domain = await bench.StartAsync((Vda, a, ImageFormat.Qcow2), (Vdb, b, ImageFormat.Qcow2));
        await bench.Driver.Internals.SaveAsync(domain, new InternalSaveRequest(Tag, [Vda, Vdb], "job-save"), bench.Quiet, bench.Token);

        var view = await bench.LookAsync(domain);
        Assert.Equal(DomainState.Running, view.State);
        Assert.Empty(view.Jobs);
        Assert.True(view.Images.Get(a).Internal(Tag)!.VmStateBytes > 0);
        Assert.Equal(0, view.Images.Get(b).Internal(Tag)!.VmStateBytes);

        await bench.GuestWriteAsync(domain, Vda, 1, 0xee);
        await bench.GuestWriteAsync(domain, Vdb, 2, 0xee);
        await bench.Driver.Process.PauseAsync(domain, bench.Token);
        for (var time = 1; time <= 2; time++)
        {
            await bench.Driver.Internals.LoadAsync(domain, Tag, [Vda, Vdb], bench.Token);
            Assert.Equal(DomainState.Paused, (await bench.LookAsync(domain)).State);
        }

        await bench.Driver.Process.ResumeAsync(domain, bench.Token);
        for (var time = 1; time <= 2; time++)
        {
            await bench.Driver.Internals.DeleteAsync(domain, Tag, [a, b], bench.Token);
            Assert.Empty((await bench.LookAsync(domain)).Images.Get(a).InternalSnapshots);
            Assert.Empty((await bench.LookAsync(domain)).Images.Get(b).InternalSnapshots);
        }

        await bench.Driver.Process.DestroyAsync(domain, bench.Token);
        Assert.Equal(Of(0xa0), await bench.ReadAsync(a));
        Assert.Equal(Of(0xb0), await bench.ReadAsync(b));
    }

    [Fact]
    public async Task Disks_of_a_shut_off_domain_go_back_to_their_bytes()
    {
        await using var bench = new TBench();
        var a = await bench.CreateAsync("a.qcow2", 0xa0);
        var domain = bench.Define((Vda, a, ImageFormat.Qcow2));
        await bench.Driver.Internals.SaveAsync(domain, new InternalSaveRequest(Tag, [Vda], "job"), bench.Quiet, bench.Token);
        Assert.Equal(0, (await bench.LookAsync(domain)).Images.Get(a).Internal(Tag)!.VmStateBytes);
        await bench.WriteAsync(a, 4, 0xee);
        for (var time = 1; time <= 2; time++)
        {
            await bench.Driver.Internals.ApplyAsync(domain, Tag, [a], bench.Token);
            Assert.Equal(Of(0xa0), await bench.ReadAsync(a));
        }

        await bench.Driver.Internals.DeleteAsync(domain, Tag, [a], bench.Token);
        await bench.Driver.Internals.DeleteAsync(domain, Tag, [a], bench.Token);
        Assert.Empty((await bench.LookAsync(domain)).Images.Get(a).InternalSnapshots);
        var error = await Assert.ThrowsAsync<SnapshotException>(() => bench.Driver.Internals.ApplyAsync(domain, Tag, [a], bench.Token));
        Assert.Equal(ErrorCode.OperationFailed, error.Code);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_save_that_fails_on_the_second_disk_is_undone_on_the_first(bool running)
    {
        await using var bench = new TBench();
        var (a, b) = (await bench.CreateAsync("a.qcow2", 0xa0), await bench.CreateAsync("b.raw", 0xb0, ImageFormat.Raw));
        var domain = bench.Define((Vda, a, ImageFormat.Qcow2), (Vdb, b, ImageFormat.Raw));
        if (running)
        {
            await bench.LaunchAsync(domain);
            await bench.Driver.Process.ResumeAsync(domain, bench.Token);
        }

        var error = await Assert.ThrowsAsync<SnapshotException>(
            () => bench.Driver.Internals.SaveAsync(domain, new InternalSaveRequest(Tag, [Vda, Vdb], "job"), bench.Quiet, bench.Token));
        Assert.NotNull(error.Foreign);
        var view = await bench.LookAsync(domain);
        Assert.Empty(view.Images.Get(a).InternalSnapshots);
        Assert.Empty(view.Jobs);
        Assert.Equal(running ? DomainState.Running : DomainState.Shutoff, view.State);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_tag_that_is_there_already_is_refused_and_stays_once(bool running)
    {
        await using var bench = new TBench();
        var (a, b) = (await bench.CreateAsync("a.qcow2", 0xa0), await bench.CreateAsync("b.qcow2", 0xb0));
        var domain = bench.Define((Vda, a, ImageFormat.Qcow2), (Vdb, b, ImageFormat.Qcow2));
        await bench.Driver.Internals.SaveAsync(domain, new InternalSaveRequest(Tag, [Vdb], "job"), bench.Quiet, bench.Token);
        if (running)
        {
            await bench.LaunchAsync(domain);
        }

        var error = await Assert.ThrowsAsync<SnapshotException>(
            () => bench.Driver.Internals.SaveAsync(domain, new InternalSaveRequest(Tag, [Vda, Vdb], "job"), bench.Quiet, bench.Token));
        Assert.Equal(ErrorCode.OperationFailed, error.Code);
        Assert.Empty((await bench.LookAsync(domain)).Images.Get(a).InternalSnapshots);
        Assert.Single((await bench.LookAsync(domain)).Images.Get(b).InternalSnapshots);
    }

    [Fact]
    public async Task A_save_left_by_a_crash_is_waited_for_and_has_been_taken()
    {
        await using var bench = new TBench();
        var a = await bench.CreateAsync("a.qcow2", 0xa0);
        var domain = await bench.StartAsync((Vda, a, ImageFormat.Qcow2));
        await bench.Driver.Internals.SettleAsync(domain, "job-save", bench.Token);
        await bench.LeaveSaveAsync(domain, new InternalSaveRequest(Tag, [Vda], "job-save"));
        await bench.Driver.Internals.SettleAsync(domain, "job-save", bench.Token);
        await bench.Driver.Internals.SettleAsync(domain, "job-save", bench.Token);

        var view = await bench.LookAsync(domain);
        Assert.Empty(view.Jobs);
        Assert.Equal(DomainState.Running, view.State);
        Assert.NotNull(view.Images.Get(a).Internal(Tag));
    }

    [Fact]
    public async Task A_snapshot_without_memory_cannot_be_loaded_and_the_guest_stays_as_it_is()
    {
        await using var bench = new TBench();
        var a = await bench.CreateAsync("a.qcow2", 0xa0);
        var domain = bench.Define((Vda, a, ImageFormat.Qcow2));
        await bench.Driver.Internals.SaveAsync(domain, new InternalSaveRequest(Tag, [Vda], "job"), bench.Quiet, bench.Token);
        await bench.LaunchAsync(domain);
        foreach (var tag in new[] { Tag, "gone" })
        {
            var error = await Assert.ThrowsAsync<SnapshotException>(() => bench.Driver.Internals.LoadAsync(domain, tag, [Vda], bench.Token));
            Assert.Equal(ErrorCode.OperationFailed, error.Code);
            Assert.Equal(DomainState.Paused, (await bench.LookAsync(domain)).State);
        }
    }

    [Fact]
    public async Task The_lock_of_a_running_guest_is_respected()
    {
        await using var bench = new TBench();
        var a = await bench.CreateAsync("a.qcow2", 0xa0);
        var running = await bench.StartAsync((Vda, a, ImageFormat.Qcow2));
        await bench.Driver.Internals.SaveAsync(running, new InternalSaveRequest(Tag, [Vda], "job"), bench.Quiet, bench.Token);
        var shutOff = running with { Instance = null };
        foreach (var act in new Func<Task>[]
        {
            () => bench.Driver.Internals.SaveAsync(shutOff, new InternalSaveRequest("other", [Vda], "job"), bench.Quiet, bench.Token),
            () => bench.Driver.Internals.ApplyAsync(shutOff, Tag, [a], bench.Token),
            () => bench.Driver.Internals.DeleteAsync(shutOff, Tag, [a], bench.Token),
        })
        {
            var error = await Assert.ThrowsAsync<SnapshotException>(act);
            Assert.Contains("lock", error.Foreign!.Text);
        }

        Assert.Equal(Tag, (await bench.LookAsync(running)).Images.Get(a).InternalSnapshots.Single().Name);
    }
}
