using Snaptree.DriverContract;
using Snaptree.Model;

namespace Snaptree.Drivers.Test.Tests;

/// <summary>What only the hypervisor in memory has: a guest that a test moves, worlds that can be copied, faults on demand.</summary>
public sealed class TestHostTests
{
    private static readonly DiskTarget Vda = new("vda");

    [Fact]
    public async Task A_guest_counts_and_writes_only_while_it_runs()
    {
        await using var bench = new TestBench();
        var (domain, guest) = await StartAsync(bench);
        guest.Tick();
        guest.Write("vda", 3, 0xa1);
        Assert.Equal(1, guest.Counter);
        Assert.Equal((0xa1, 0xa0), ((int)guest.Read("vda", 3), (int)guest.Read("vda", 4)));

        await bench.Driver.Process.PauseAsync(domain, bench.Token);
        Assert.Throws<InvalidOperationException>(guest.Tick);
        Assert.Throws<InvalidOperationException>(() => guest.Write("vda", 3, 0xa2));
        Assert.Equal((1L, 0xa1), (guest.Counter, (int)guest.Read("vda", 3)));
        bench.Host.Kill(domain.Definition.Uuid, domain.Instance!.Value);
        Assert.Throws<InvalidOperationException>(() => guest.Counter);
    }

    [Fact]
    public async Task Memory_comes_back_from_a_file_and_from_an_image()
    {
        await using var bench = new TestBench();
        var (domain, guest) = await StartAsync(bench);
        guest.Tick();
        await bench.Driver.Process.PauseAsync(domain, bench.Token);
        await bench.Driver.Memory.SaveAsync(domain, "/images/s1.mem", null, bench.Quiet, bench.Token);
        await bench.Driver.Internals.SaveAsync(domain, new InternalSaveRequest("s1", [Vda], "job"), bench.Quiet, bench.Token);
        Assert.Equal((1L, 1L), (bench.Host.SavedCounter("/images/s1.mem"), bench.Host.SavedCounter(domain.ActiveImages[Vda], "s1")));

        await bench.Driver.Process.ResumeAsync(domain, bench.Token);
        guest.Tick();
        await bench.Driver.Process.PauseAsync(domain, bench.Token);
        await bench.Driver.Internals.LoadAsync(domain, "s1", [Vda], bench.Token);
        Assert.Equal(1, guest.Counter);

        await bench.LaunchAsync(domain);
        Assert.Equal(0, guest.Counter);
        await bench.LaunchAsync(domain, "/images/s1.mem");
        Assert.Equal(1, guest.Counter);
    }

    [Fact]
    public async Task The_power_button_ends_the_guest_in_order()
    {
        await using var bench = new TestBench();
        var (domain, _) = await StartAsync(bench);
        await bench.Driver.Process.RequestShutdownAsync(domain, bench.Token);
        var view = await bench.LookAsync(domain);
        Assert.Equal((DomainState.Shutoff, ShutoffReason.Shutdown), (view.State, view.ShutoffReason));
    }

    [Fact]
    public async Task Two_processes_of_a_domain_have_its_places_one_after_the_other()
    {
        await using var bench = new TestBench();
        var (domain, guest) = await StartAsync(bench);
        var other = await bench.CreateAsync("other.qcow2", 0xb0);
        var second = domain with { Instance = new InstanceId("second"), ActiveImages = domain.ActiveImages.SetItem(Vda, other) };
        await bench.LaunchAsync(second);
        await bench.Driver.Process.PresentAsync(domain, bench.Token);
        var standby = bench.Host.Guest(domain.Definition.Uuid, second.Instance!.Value);
        Assert.Equal((true, false), (guest.HasPlaces, standby.HasPlaces));
        await bench.Driver.Process.PresentAsync(second, bench.Token);
        Assert.Equal((false, true), (guest.HasPlaces, standby.HasPlaces));
        Assert.Equal((1, 2), (guest.ProcessId, standby.ProcessId));
        Assert.Equal(["first", "second"], bench.Host.Instances(domain.Definition.Uuid).Select(instance => instance.Value));
    }

    [Fact]
    public async Task Where_nobody_is_strict_an_image_appears_once_and_stays_away_when_it_was_removed()
    {
        var host = new TestHost(new TestHostSettings(TimeProvider.System) { EmptyImageBytes = 1 << 20 });
        var driver = new TestDriver(host);
        await using var bench = new TestBench();
        var domain = bench.Define((Vda, new ImagePath("/guest/disk"), ImageFormat.Raw));
        Assert.False(driver.Store.Exists("/guest/disk"));

        var image = (await driver.ObserveAsync(domain, [], bench.Token)).Images.Get(new ImagePath("/guest/disk"));
        Assert.Equal((ImageFormat.Raw, 1L << 20), (image.Format, image.VirtualBytes));
        Assert.Empty(host.Read(image.Path));
        await driver.Store.DeleteAsync(image.Path.Value, bench.Token);
        Assert.Equal([image.Path], (await driver.ObserveAsync(domain, [], bench.Token)).Images.Missing);
    }

    [Fact]
    public async Task A_copied_world_goes_its_own_way()
    {
        await using var bench = new TestBench();
        var (domain, guest) = await StartAsync(bench);
        var copy = bench.Host.Copy();
        guest.Tick();
        copy.Guest(domain.Definition.Uuid, domain.Instance!.Value).Write("vda", 0, 0xee);
        Assert.Equal((0L, 1L), (copy.Guest(domain.Definition.Uuid, domain.Instance.Value).Counter, guest.Counter));
        Assert.Equal(0xa0, guest.Read("vda", 0));
    }

    [Fact]
    public async Task A_fault_comes_once_in_the_call_that_was_named()
    {
        await using var bench = new TestBench();
        var (domain, guest) = await StartAsync(bench);
        var error = new SnapshotException(ErrorCode.OperationTimeout, "it lives but does not answer", "Wait.");
        bench.Host.Faults.Fail(DriverCall.Pause, error, nth: 2);
        bench.Host.Faults.Fail(DriverCall.Resume, error, moment: FaultMoment.After);
        await bench.Driver.Process.PauseAsync(domain, bench.Token);
        Assert.Same(error, await Assert.ThrowsAsync<SnapshotException>(() => bench.Driver.Process.ResumeAsync(domain, bench.Token)));
        Assert.True(guest.IsRunning);
        Assert.Same(error, await Assert.ThrowsAsync<SnapshotException>(() => bench.Driver.Process.PauseAsync(domain, bench.Token)));
        Assert.True(guest.IsRunning);
        await bench.Driver.Process.PauseAsync(domain, bench.Token);
        Assert.False(guest.IsRunning);
    }

    [Fact]
    public async Task A_copy_that_is_cancelled_stands_still_until_somebody_goes_on_with_it()
    {
        await using var bench = new TestBench();
        var (domain, _) = await StartAsync(bench);
        var (@base, top) = (domain.ActiveImages[Vda], bench.Overlay(Vda, domain.ActiveImages[Vda], "top.qcow2"));
        await bench.Driver.Overlays.CreateAsync(top, bench.Token);
        await bench.Driver.Overlays.OpenAsync(domain, [top], bench.Token);
        await bench.Driver.Overlays.SwitchAsync(domain, [top], bench.Token);
        using var user = new CancellationTokenSource();
        var merge = new MergeRequest(Vda, top.Path, @base, "job");
        bench.Host.Faults.On(DriverCall.Pull, user.Cancel, moment: FaultMoment.Midway);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => bench.Driver.Merges.PullAsync(domain, merge, bench.Quiet, user.Token));
        Assert.Equal(("running", 2), await JobAsync(bench, domain));

        bench.Host.LetJobsRun();
        Assert.Equal(("concluded", 1), await JobAsync(bench, domain));
        await bench.Driver.Merges.PullAsync(domain, merge, bench.Quiet, bench.Token);
        Assert.Empty((await bench.LookAsync(domain)).Jobs);
    }

    [Fact]
    public async Task A_file_that_a_process_has_open_is_not_removed()
    {
        await using var bench = new TestBench();
        var (domain, _) = await StartAsync(bench);
        var error = await Assert.ThrowsAsync<SnapshotException>(
            () => bench.Driver.Store.DeleteAsync(domain.ActiveImages[Vda].Value, bench.Token));
        Assert.Equal(ErrorCode.Internal, error.Code);
        Assert.True(bench.Driver.Store.Exists(domain.ActiveImages[Vda].Value));
    }

    private static async Task<(string Status, int Depth)> JobAsync(DriverBench bench, DomainSpec domain)
    {
        var view = await bench.LookAsync(domain);
        return (view.Jobs.Single().Status, view.Disks.Single().OpenChain.Length);
    }

    private static async Task<(DomainSpec Domain, TestGuest Guest)> StartAsync(TestBench bench)
    {
        var domain = await bench.StartAsync((Vda, await bench.CreateAsync("a.qcow2", 0xa0), ImageFormat.Qcow2));
        return (domain, bench.Host.Guest(domain.Definition.Uuid, domain.Instance!.Value));
    }
}
