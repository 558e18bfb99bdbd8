using Snaptree.Model;
using Snaptree.Platform;

namespace Snaptree.Drivers.Qemu.Tests;

public sealed class ProcessTests
{
    [Fact]
    public async Task A_domain_is_launched_paused_runs_pauses_and_ends()
    {
        await using var lab = new DriverLab();
        var disk = await lab.CreateAsync("a.qcow2", 0xa0);
        var domain = lab.Define(("vda", disk, ImageFormat.Qcow2));
        Assert.Equal(DomainState.Shutoff, (await lab.LookAsync(domain)).State);

        await lab.Driver.Process.LaunchAsync(domain, new LaunchRequest(domain.Instance!.Value, null), lab.Token);
        var view = await lab.LookAsync(domain);
        Assert.Equal(DomainState.Paused, view.State);
        Assert.Equal([disk], view.Disks.Single().OpenChain);

        await lab.Driver.Process.ResumeAsync(domain, lab.Token);
        Assert.Equal(DomainState.Running, (await lab.LookAsync(domain)).State);
        await lab.Driver.Process.PauseAsync(domain, lab.Token);
        Assert.Equal(DomainState.Paused, (await lab.LookAsync(domain)).State);

        await lab.Driver.Process.DestroyAsync(domain, lab.Token);
        Assert.Equal(DomainState.Shutoff, (await lab.LookAsync(domain)).State);
        Assert.False(Directory.Exists($"{lab.Folder}/run/{domain.Definition.Uuid}"));
    }

    [Fact]
    public async Task A_killed_qemu_is_seen_as_crashed()
    {
        await using var lab = new DriverLab();
        var domain = await lab.StartAsync(("vda", await lab.CreateAsync("a.qcow2", 0xa0), ImageFormat.Qcow2));
        var pid = (await lab.LookAsync(domain)).Hypervisor!.ProcessId;
        Assert.True(await ProcessIdentity.Find(pid)!.KillAsync(DriverLab.Limit, lab.Token));

        var view = await lab.LookAsync(domain);
        Assert.Equal((DomainState.Shutoff, ShutoffReason.Crashed), (view.State, view.ShutoffReason));
    }

    [Fact]
    public async Task A_hung_qemu_is_an_error_with_a_limit_and_not_a_hang()
    {
        await using var lab = new DriverLab();
        var domain = await lab.StartAsync(("vda", await lab.CreateAsync("a.qcow2", 0xa0), ImageFormat.Qcow2));
        var qemu = ProcessIdentity.Find((await lab.LookAsync(domain)).Hypervisor!.ProcessId)!;
        qemu.Send(ProcessSignal.Stop);

        var error = await Assert.ThrowsAsync<SnapshotException>(() => lab.LookAsync(domain));
        Assert.Equal(ErrorCode.OperationTimeout, error.Code);
        Assert.Contains("does not answer", error.Message);
        qemu.Send(ProcessSignal.Continue);
        Assert.Equal(DomainState.Running, (await lab.LookAsync(domain)).State);
    }

    [Fact]
    public async Task An_image_locked_by_another_qemu_is_refused_in_qemus_words_and_nothing_is_left()
    {
        await using var lab = new DriverLab();
        var disk = await lab.CreateAsync("a.qcow2", 0xa0);
        var domain = await lab.StartAsync(("vda", disk, ImageFormat.Qcow2));
        var second = domain with { Instance = new InstanceId("second") };

        var error = await Assert.ThrowsAsync<SnapshotException>(
            () => lab.Driver.Process.LaunchAsync(second, new LaunchRequest(second.Instance!.Value, null), lab.Token));
        Assert.Contains("lock", error.Foreign!.Text);
        Assert.False(Directory.Exists($"{lab.Folder}/run/{domain.Definition.Uuid}/second"));
        Assert.Equal(DomainState.Running, (await lab.LookAsync(domain)).State);
    }

    [Fact]
    public async Task An_element_that_cannot_be_realised_is_refused_at_start()
    {
        await using var lab = new DriverLab();
        var domain = lab.Define(("vda", await lab.CreateAsync("a.qcow2", 0xa0), ImageFormat.Qcow2));
        domain = domain with { Definition = domain.Definition with { Unrealised = ["devices/hostdev"] } };

        var error = await Assert.ThrowsAsync<SnapshotException>(
            () => lab.Driver.Process.LaunchAsync(domain, new LaunchRequest(domain.Instance!.Value, null), lab.Token));
        Assert.Equal(ErrorCode.ConfigUnsupported, error.Code);
        Assert.Contains("devices/hostdev", error.Message);
    }
}
