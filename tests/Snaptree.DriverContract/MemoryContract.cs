using Snaptree.Drivers;
using Snaptree.Model;
using static Snaptree.DriverContract.Disks;

namespace Snaptree.DriverContract;

/// <summary><see cref="IMemoryImages"/>.</summary>
public abstract class MemoryContract<TBench>
    where TBench : DriverBench, new()
{
    [Fact]
    public async Task A_saved_memory_runs_in_a_second_process_beside_the_first()
    {
        await using var bench = new TBench();
        var (domain, path) = await SavedAsync(bench);
        var image = domain.ActiveImages[Vda];
        var info = await bench.Driver.Memory.ReadAsync(path, bench.Token);
        Assert.Equal((domain.Definition.MemoryBytes, domain.Definition.Uuid), (info!.RamBytes, info.Domain));
        Assert.True(info.FileBytes > 0);
        Assert.NotEmpty(info.Machine);
        Assert.NotEmpty(info.HypervisorVersion);

        var overlay = bench.Overlay(Vda, image, "a1.qcow2");
        await bench.Driver.Overlays.CreateAsync(overlay, bench.Token);
        await bench.Driver.Overlays.OpenAsync(domain, [overlay], bench.Token);
        await bench.Driver.Overlays.SwitchAsync(domain, [overlay], bench.Token);
        await bench.Driver.Process.ResumeAsync(domain, bench.Token);

        var other = await bench.CreateOverlayAsync(Vda, image, "a2.qcow2");
        var standby = domain with { Instance = new InstanceId("second"), ActiveImages = domain.ActiveImages.SetItem(Vda, other) };
        await bench.LaunchAsync(standby, path);
        Assert.Equal(DomainState.Paused, (await bench.LookAsync(standby)).State);
        Assert.Equal(DomainState.Running, (await bench.LookAsync(domain)).State);
        await bench.Driver.Process.DestroyAsync(domain, bench.Token);
        await bench.Driver.Process.ResumeAsync(standby, bench.Token);
        Assert.Equal(DomainState.Running, (await bench.LookAsync(standby)).State);
    }

    [Fact]
    public async Task Saving_again_replaces_the_file()
    {
        await using var bench = new TBench();
        var (domain, path) = await SavedAsync(bench);
        await bench.DamageAsync(path);
        await bench.Driver.Process.ResumeAsync(domain, bench.Token);
        await bench.Driver.Process.PauseAsync(domain, bench.Token);
        await bench.Driver.Memory.SaveAsync(domain, path, null, bench.Quiet, bench.Token);
        Assert.NotNull(await bench.Driver.Memory.ReadAsync(path, bench.Token));
    }

    [Fact]
    public async Task What_a_saved_guest_needs_stands_in_the_file_and_can_be_written_anew()
    {
        await using var bench = new TBench();
        var (domain, path) = await SavedAsync(bench);
        Assert.Null((await bench.Driver.Memory.ReadAsync(path, bench.Token))!.Saved);
        foreach (var saved in new[] { new SavedDomain("<domain>früh</domain>", WasRunning: true), new SavedDomain("<domain/>", WasRunning: false) })
        {
            await bench.Driver.Memory.RewriteAsync(path, saved, bench.Token);
            await bench.Driver.Memory.RewriteAsync(path, saved, bench.Token);
            var info = await bench.Driver.Memory.ReadAsync(path, bench.Token);
            Assert.Equal((saved, domain.Definition.MemoryBytes), (info!.Saved, info.RamBytes));
        }

        var kept = new SavedDomain("<domain>kept</domain>", WasRunning: true);
        await bench.Driver.Process.ResumeAsync(domain, bench.Token);
        await bench.Driver.Process.PauseAsync(domain, bench.Token);
        await bench.Driver.Memory.SaveAsync(domain, $"{path}2", kept, bench.Quiet, bench.Token);
        Assert.Equal(kept, (await bench.Driver.Memory.ReadAsync($"{path}2", bench.Token))!.Saved);
        await bench.Driver.Process.DestroyAsync(domain, bench.Token);
        await bench.LaunchAsync(domain, path);
        Assert.Equal(DomainState.Paused, (await bench.LookAsync(domain)).State);
        var error = await Assert.ThrowsAsync<SnapshotException>(
            () => bench.Driver.Memory.RewriteAsync($"{bench.Folder}/gone.mem", kept, bench.Token));
        Assert.Equal(ErrorCode.OperationFailed, error.Code);
    }

    [Fact]
    public async Task A_file_that_is_cut_off_is_recognised_and_never_loaded()
    {
        await using var bench = new TBench();
        var (domain, path) = await SavedAsync(bench);
        await bench.Driver.Process.DestroyAsync(domain, bench.Token);
        await bench.DamageAsync(path);
        var error = await Assert.ThrowsAsync<SnapshotException>(() => bench.Driver.Memory.ReadAsync(path, bench.Token));
        Assert.Equal(ErrorCode.OperationFailed, error.Code);
        Assert.Contains(path, error.Message);
        await Assert.ThrowsAsync<SnapshotException>(() => bench.LaunchAsync(domain, path));
        Assert.Equal(DomainState.Shutoff, (await bench.LookAsync(domain)).State);
    }

    [Fact]
    public async Task The_memory_of_a_larger_guest_is_not_loaded()
    {
        await using var bench = new TBench();
        var (domain, path) = await SavedAsync(bench);
        await bench.Driver.Process.DestroyAsync(domain, bench.Token);
        var smaller = domain with { Definition = domain.Definition with { MemoryBytes = domain.Definition.MemoryBytes / 2 } };
        var error = await Assert.ThrowsAsync<SnapshotException>(() => bench.LaunchAsync(smaller, path));
        Assert.Equal(ErrorCode.OperationFailed, error.Code);
        Assert.Equal(DomainState.Shutoff, (await bench.LookAsync(smaller)).State);
    }

    [Fact]
    public async Task What_is_no_memory_image_is_said_to_be_none()
    {
        await using var bench = new TBench();
        Assert.Null(await bench.Driver.Memory.ReadAsync($"{bench.Folder}/gone.mem", bench.Token));
        var image = await bench.CreateAsync("a.qcow2", 0xa0);
        var error = await Assert.ThrowsAsync<SnapshotException>(() => bench.Driver.Memory.ReadAsync(image.Value, bench.Token));
        Assert.Equal(ErrorCode.OperationFailed, error.Code);
    }

    [Fact]
    public async Task A_save_is_given_up_without_a_trace_and_the_guest_goes_on()
    {
        await using var bench = new TBench();
        var (domain, path) = await SavedAsync(bench);
        await bench.Driver.Memory.DiscardAsync(domain, path, bench.Token);
        await bench.Driver.Memory.DiscardAsync(domain, path, bench.Token);
        Assert.False(bench.Driver.Store.Exists(path));

        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => bench.Driver.Memory.SaveAsync(domain, path, null, bench.Quiet, cancelled.Token));
        Assert.False(bench.Driver.Store.Exists(path));
        await bench.Driver.Process.ResumeAsync(domain, bench.Token);
        Assert.Equal(DomainState.Running, (await bench.LookAsync(domain)).State);

        await bench.KillAsync(domain);
        await Assert.ThrowsAsync<SnapshotException>(() => bench.Driver.Memory.SaveAsync(domain, path, null, bench.Quiet, bench.Token));
        Assert.False(bench.Driver.Store.Exists(path));
        await bench.Driver.Memory.DiscardAsync(domain, path, bench.Token);
    }

    private static async Task<(DomainSpec Domain, string Path)> SavedAsync(DriverBench bench)
    {
        var domain = await bench.StartAsync((Vda, await bench.CreateAsync("a.qcow2", 0xa0), ImageFormat.Qcow2));
        await bench.Driver.Process.PauseAsync(domain, bench.Token);
        var path = $"{bench.Folder}/memory/s1.mem";
        await bench.Driver.Memory.SaveAsync(domain, path, null, bench.Quiet, bench.Token);
        Assert.Equal(DomainState.Paused, (await bench.LookAsync(domain)).State);
        return (domain, path);
    }
}
