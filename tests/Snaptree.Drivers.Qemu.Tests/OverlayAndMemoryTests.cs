using Snaptree.Model;

namespace Snaptree.Drivers.Qemu.Tests;

public sealed class OverlayAndMemoryTests
{
    [Fact]
    public async Task Memory_is_saved_then_the_disks_are_switched_and_the_guest_goes_on()
    {
        await using var lab = new DriverLab();
        var (a, b) = (await lab.CreateAsync("a.qcow2", 0xa0), await lab.CreateAsync("b.raw", 0xb0, ImageFormat.Raw));
        var domain = await lab.StartAsync(("vda", a, ImageFormat.Qcow2), ("vdb", b, ImageFormat.Raw));
        OverlayRequest[] overlays = [lab.Overlay("vda", a, "a1.qcow2"), lab.Overlay("vdb", b, "b1.qcow2", ImageFormat.Raw)];
        foreach (var overlay in overlays)
        {
            await lab.Driver.Overlays.CreateAsync(overlay, lab.Token);
        }

        await lab.Driver.Overlays.OpenAsync(domain, [.. overlays], lab.Token);
        await lab.Driver.Overlays.OpenAsync(domain, [.. overlays], lab.Token);
        await lab.Driver.Process.PauseAsync(domain, lab.Token);
        var memory = $"{lab.Folder}/state/m/s1.mem";
        await lab.Driver.Memory.SaveAsync(domain, memory, lab.NoProgress, lab.Token);
        await lab.Driver.Overlays.SwitchAsync(domain, [.. overlays], lab.Token);
        await lab.Driver.Process.ResumeAsync(domain, lab.Token);

        var view = await lab.LookAsync(domain);
        Assert.Equal(DomainState.Running, view.State);
        Assert.Equal([overlays[0].Path, a], view.Disks[0].OpenChain);
        Assert.Equal([overlays[1].Path, b], view.Disks[1].OpenChain);
        var info = await lab.Driver.Memory.ReadAsync(memory, lab.Token);
        Assert.StartsWith("pc-i440fx-", info!.Machine);
        Assert.Equal(domain.Definition.MemoryBytes, info.RamBytes);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(memory));

        // The frozen images carry a second guest, loaded from the memory, while the first one still runs.
        var standby = domain with { Instance = new InstanceId("second"), ActiveImages = domain.ActiveImages.SetItem(new("vda"), lab.Image("a2.qcow2")).SetItem(new("vdb"), lab.Image("b2.qcow2")) };
        await lab.Driver.Overlays.CreateAsync(lab.Overlay("vda", a, "a2.qcow2"), lab.Token);
        await lab.Driver.Overlays.CreateAsync(lab.Overlay("vdb", b, "b2.qcow2", ImageFormat.Raw), lab.Token);
        await lab.Driver.Process.LaunchAsync(standby, new LaunchRequest(standby.Instance!.Value, memory), lab.Token);
        Assert.Equal(DomainState.Paused, (await lab.LookAsync(standby)).State);
        await lab.Driver.Process.DestroyAsync(domain, lab.Token);
        await lab.Driver.Process.ResumeAsync(standby, lab.Token);
        Assert.Equal(DomainState.Running, (await lab.LookAsync(standby)).State);
    }

    [Fact]
    public async Task An_existing_file_is_never_taken_for_an_overlay()
    {
        await using var lab = new DriverLab();
        var a = await lab.CreateAsync("a.qcow2", 0xa0);
        await File.WriteAllTextAsync(lab.Image("a1.qcow2").Value, "precious", lab.Token);

        var error = await Assert.ThrowsAsync<SnapshotException>(() => lab.Driver.Overlays.CreateAsync(lab.Overlay("vda", a, "a1.qcow2"), lab.Token));
        Assert.Equal(ErrorCode.ConfigUnsupported, error.Code);
        Assert.Equal("precious", await File.ReadAllTextAsync(lab.Image("a1.qcow2").Value, lab.Token));
    }

    [Fact]
    public async Task Overlays_that_were_opened_can_be_closed_again()
    {
        await using var lab = new DriverLab();
        var a = await lab.CreateAsync("a.qcow2", 0xa0);
        var domain = await lab.StartAsync(("vda", a, ImageFormat.Qcow2));
        var overlay = lab.Overlay("vda", a, "a1.qcow2");
        await lab.Driver.Overlays.CreateAsync(overlay, lab.Token);
        await lab.Driver.Overlays.OpenAsync(domain, [overlay], lab.Token);
        await lab.Driver.Overlays.CloseAsync(domain, [overlay], lab.Token);
        await lab.Driver.Overlays.CloseAsync(domain, [overlay], lab.Token);

        // Nobody holds the overlay's lock any more, which a writer would not get past.
        await lab.ToolAsync("qemu-img", "rebase", "-u", "-f", "qcow2", "-b", a.Value, "-F", "qcow2", overlay.Path.Value);
        Assert.Equal([a], (await lab.LookAsync(domain)).Disks.Single().OpenChain);
    }

    [Fact]
    public async Task A_cut_off_memory_image_is_recognised()
    {
        await using var lab = new DriverLab();
        var domain = await lab.StartAsync(("vda", await lab.CreateAsync("a.qcow2", 0xa0), ImageFormat.Qcow2));
        await lab.Driver.Process.PauseAsync(domain, lab.Token);
        var memory = $"{lab.Folder}/state/m/s1.mem";
        await lab.Driver.Memory.SaveAsync(domain, memory, lab.NoProgress, lab.Token);
        await using (var file = File.OpenWrite(memory))
        {
            file.SetLength(file.Length - 1);
        }

        var error = await Assert.ThrowsAsync<SnapshotException>(() => lab.Driver.Memory.ReadAsync(memory, lab.Token));
        Assert.Contains("should have", error.Message);
        Assert.Null(await lab.Driver.Memory.ReadAsync($"{lab.Folder}/no.mem", lab.Token));
    }
}
