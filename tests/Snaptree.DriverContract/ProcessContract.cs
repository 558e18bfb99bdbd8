using Snaptree.Drivers;
using Snaptree.Model;
using static Snaptree.DriverContract.Disks;

namespace Snaptree.DriverContract;

/// <summary><see cref="IDomainProcess"/>.</summary>
public abstract class ProcessContract<TBench>
    where TBench : DriverBench, new()
{
    [Fact]
    public async Task A_domain_is_launched_paused_runs_pauses_and_ends_and_saying_so_twice_changes_nothing()
    {
        await using var bench = new TBench();
        var domain = bench.Define((Vda, await bench.CreateAsync("a.qcow2", 0xa0), ImageFormat.Qcow2));
        await bench.LaunchAsync(domain);
        var process = await ExpectAsync(bench, domain, DomainState.Paused);
        var steps = new (Func<DomainSpec, CancellationToken, Task> Act, DomainState State)[]
        {
            (bench.Driver.Process.PresentAsync, DomainState.Paused),
            (bench.Driver.Process.ResumeAsync, DomainState.Running),
            (bench.Driver.Process.ResetAsync, DomainState.Running),
            (bench.Driver.Process.PauseAsync, DomainState.Paused),
            (bench.Driver.Process.DestroyAsync, DomainState.Shutoff),
        };
        foreach (var (act, state) in steps.SelectMany(step => new[] { step, step }))
        {
            await act(domain, bench.Token);
            Assert.Equal(state == DomainState.Shutoff ? null : process, await ExpectAsync(bench, domain, state));
        }
    }

    [Fact]
    public async Task Launching_an_instance_again_ends_its_earlier_process()
    {
        await using var bench = new TBench();
        var domain = await bench.StartAsync((Vda, await bench.CreateAsync("a.qcow2", 0xa0), ImageFormat.Qcow2));
        var first = await ExpectAsync(bench, domain, DomainState.Running);
        await bench.LaunchAsync(domain);
        Assert.NotEqual(first, await ExpectAsync(bench, domain, DomainState.Paused));
    }

    [Fact]
    public async Task A_process_that_died_is_seen_as_crashed_and_destroying_it_forgets_it()
    {
        await using var bench = new TBench();
        var domain = await bench.StartAsync((Vda, await bench.CreateAsync("a.qcow2", 0xa0), ImageFormat.Qcow2));
        await bench.KillAsync(domain);
        var view = await bench.LookAsync(domain);
        Assert.Equal((DomainState.Shutoff, ShutoffReason.Crashed), (view.State, view.ShutoffReason));

        await bench.Driver.Process.DestroyAsync(domain, bench.Token);
        view = await bench.LookAsync(domain);
        Assert.Equal((DomainState.Shutoff, ShutoffReason.Unknown), (view.State, view.ShutoffReason));
    }

    [Fact]
    public async Task Whatever_needs_a_process_is_refused_without_one()
    {
        await using var bench = new TBench();
        var shutOff = bench.Define((Vda, await bench.CreateAsync("a.qcow2", 0xa0), ImageFormat.Qcow2)) with { Instance = null };
        foreach (var act in new[]
        {
            bench.Driver.Process.ResumeAsync, bench.Driver.Process.PauseAsync,
            bench.Driver.Process.ResetAsync, bench.Driver.Process.RequestShutdownAsync,
        })
        {
            var error = await Assert.ThrowsAsync<SnapshotException>(() => act(shutOff, bench.Token));
            Assert.Equal((ErrorCode.OperationInvalid, shutOff.Name), (error.Code, error.Domain));
            await Assert.ThrowsAsync<SnapshotException>(() => act(shutOff with { Instance = new InstanceId("gone") }, bench.Token));
        }

        await bench.Driver.Process.DestroyAsync(shutOff, bench.Token);
    }

    [Fact]
    public async Task An_image_that_another_process_writes_to_is_refused_in_its_own_words_and_nothing_is_left()
    {
        await using var bench = new TBench();
        var image = await bench.CreateAsync("a.qcow2", 0xa0);
        var domain = await bench.StartAsync((Vda, image, ImageFormat.Qcow2));
        var second = domain with { Instance = new InstanceId("second") };
        await ExpectRefusedLaunchAsync(bench, second, null, "lock");

        // Nor may it be read through an overlay: what the writer does would show there.
        var overlay = await bench.CreateOverlayAsync(Vda, image, "a1.qcow2");
        await ExpectRefusedLaunchAsync(bench, second with { ActiveImages = second.ActiveImages.SetItem(Vda, overlay) }, null, "lock");
        await ExpectAsync(bench, domain, DomainState.Running);
    }

    [Fact]
    public async Task Two_processes_may_stand_on_one_frozen_image()
    {
        await using var bench = new TBench();
        var @base = await bench.CreateAsync("base.qcow2", 0xa0);
        var domain = await bench.StartAsync((Vda, await bench.CreateOverlayAsync(Vda, @base, "a1.qcow2"), ImageFormat.Qcow2));
        var other = await bench.CreateOverlayAsync(Vda, @base, "a2.qcow2");
        var second = domain with { Instance = new InstanceId("second"), ActiveImages = domain.ActiveImages.SetItem(Vda, other) };
        await bench.LaunchAsync(second);
        await bench.Driver.Process.ResumeAsync(second, bench.Token);

        Assert.NotEqual(await ExpectAsync(bench, domain, DomainState.Running), await ExpectAsync(bench, second, DomainState.Running));
        Assert.Equal([other, @base], (await bench.LookAsync(second)).Disks.Single().OpenChain);
    }

    [Fact]
    public async Task A_missing_image_ends_the_launch_and_nothing_is_left()
    {
        await using var bench = new TBench();
        var @base = await bench.CreateAsync("base.qcow2", 0xa0);
        var domain = bench.Define((Vda, await bench.CreateOverlayAsync(Vda, @base, "a1.qcow2"), ImageFormat.Qcow2));
        await bench.Driver.Store.DeleteAsync(@base.Value, bench.Token);
        await ExpectRefusedLaunchAsync(bench, domain, null, "base.qcow2");
    }

    [Fact]
    public async Task A_launch_with_a_memory_image_that_is_not_there_never_boots_from_the_disks_instead()
    {
        await using var bench = new TBench();
        var domain = bench.Define((Vda, await bench.CreateAsync("a.qcow2", 0xa0), ImageFormat.Qcow2));
        await ExpectRefusedLaunchAsync(bench, domain, $"{bench.Folder}/gone.mem", "gone.mem");
    }

    private static async Task ExpectRefusedLaunchAsync(DriverBench bench, DomainSpec domain, string? memory, string words)
    {
        var error = await Assert.ThrowsAsync<SnapshotException>(() => bench.LaunchAsync(domain, memory));
        Assert.Equal(ErrorCode.OperationFailed, error.Code);
        Assert.Contains(words, error.Message + error.Foreign?.Text);
        Assert.Equal(DomainState.Shutoff, (await bench.LookAsync(domain)).State);
    }

    /// <returns>The process that runs it.</returns>
    private static async Task<int?> ExpectAsync(DriverBench bench, DomainSpec domain, DomainState state)
    {
        var view = await bench.LookAsync(domain);
        Assert.Equal(state, view.State);
        return view.Hypervisor?.ProcessId;
    }
}
