using Snaptree.Model;

namespace Snaptree.Drivers.Qemu.Tests;

public sealed class InternalTests
{
    private static readonly DiskTarget Vda = new("vda");
    private static readonly DiskTarget Vdb = new("vdb");

    [Fact]
    public async Task A_running_guest_is_saved_loaded_and_forgotten_inside_its_images()
    {
        await using var lab = new DriverLab();
        var (a, b) = (await lab.CreateAsync("a.qcow2", 0xa0), await lab.CreateAsync("b.qcow2", 0xb0));
        var domain = await lab.StartAsync(("vda", a, ImageFormat.Qcow2), ("vdb", b, ImageFormat.Qcow2));
        await lab.Driver.Internals.SaveAsync(domain, new InternalSaveRequest("früh", [Vda, Vdb], "job-save"), lab.NoProgress, lab.Token);

        var view = await lab.LookAsync(domain);
        Assert.Equal(DomainState.Running, view.State);
        Assert.True(view.Images.Get(a).Internal("früh")!.VmStateBytes > 0);
        Assert.NotNull(view.Images.Get(b).Internal("früh"));

        await lab.Driver.Process.PauseAsync(domain, lab.Token);
        await lab.Driver.Internals.LoadAsync(domain, "früh", [Vda, Vdb], lab.Token);
        Assert.Equal(DomainState.Paused, (await lab.LookAsync(domain)).State);
        await lab.Driver.Process.ResumeAsync(domain, lab.Token);

        await lab.Driver.Internals.DeleteAsync(domain, "früh", [a, b], lab.Token);
        await lab.Driver.Internals.DeleteAsync(domain, "früh", [a, b], lab.Token);
        Assert.Empty((await lab.LookAsync(domain)).Images.Get(a).InternalSnapshots);
        Assert.Empty((await lab.LookAsync(domain)).Images.Get(b).InternalSnapshots);
    }

    [Fact]
    public async Task Disks_of_a_shut_off_domain_go_back_to_their_bytes()
    {
        await using var lab = new DriverLab();
        var a = await lab.CreateAsync("a.qcow2", 0xa0);
        var domain = lab.Define(("vda", a, ImageFormat.Qcow2));
        await lab.Driver.Internals.SaveAsync(domain, new InternalSaveRequest("s1", [Vda], "job"), lab.NoProgress, lab.Token);
        await lab.FillAsync(a, 0xee, "0", "8M");
        await lab.Driver.Internals.ApplyAsync(domain, "s1", [a], lab.Token);
        await lab.ExpectAsync(a, 0xa0, "0", "8M");
    }

    [Fact]
    public async Task A_save_that_fails_on_the_second_disk_is_undone_on_the_first()
    {
        await using var lab = new DriverLab();
        var (a, b) = (await lab.CreateAsync("a.qcow2", 0xa0), await lab.CreateAsync("b.raw", 0xb0, ImageFormat.Raw));
        var domain = lab.Define(("vda", a, ImageFormat.Qcow2), ("vdb", b, ImageFormat.Raw));
        var error = await Assert.ThrowsAsync<SnapshotException>(
            () => lab.Driver.Internals.SaveAsync(domain, new InternalSaveRequest("s1", [Vda, Vdb], "job"), lab.NoProgress, lab.Token));
        Assert.Contains("qemu-img", error.Message);
        Assert.Empty((await lab.LookAsync(domain)).Images.Get(a).InternalSnapshots);
    }

    [Fact]
    public async Task A_snapshot_named_like_another_ones_number_is_still_the_right_one()
    {
        // qemu-img snapshot -a takes a text for a number first: '2' would mean the second snapshot.
        await using var lab = new DriverLab();
        var a = await lab.CreateAsync("a.qcow2", 0xa0);
        await lab.ToolAsync("qemu-img", "snapshot", "-c", "2", a.Value);
        await lab.FillAsync(a, 0xa1, "0", "8M");
        await lab.ToolAsync("qemu-img", "snapshot", "-c", "other", a.Value);
        await lab.FillAsync(a, 0xa2, "0", "8M");
        await lab.Driver.Internals.ApplyAsync(lab.Define(("vda", a, ImageFormat.Qcow2)), "2", [a], lab.Token);
        await lab.ExpectAsync(a, 0xa0, "0", "8M");
    }

    [Fact]
    public async Task The_lock_of_a_running_guest_is_respected()
    {
        await using var lab = new DriverLab();
        var a = await lab.CreateAsync("a.qcow2", 0xa0);
        var running = await lab.StartAsync(("vda", a, ImageFormat.Qcow2));
        var error = await Assert.ThrowsAsync<SnapshotException>(() => lab.Driver.Internals.SaveAsync(
            running with { Instance = null }, new InternalSaveRequest("s1", [Vda], "job"), lab.NoProgress, lab.Token));
        Assert.Contains("lock", error.Foreign!.Text);
        Assert.Empty((await lab.LookAsync(running)).Images.Get(a).InternalSnapshots);
    }
}
