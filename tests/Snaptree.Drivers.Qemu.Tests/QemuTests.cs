using Snaptree.Model;
using Snaptree.Platform;

namespace Snaptree.Drivers.Qemu.Tests;

/// <summary>What only QEMU has: its processes, files and tools. What every driver must do stands in the contract.</summary>
public sealed class QemuTests
{
    private static readonly DiskTarget Vda = new("vda");

    [Fact]
    public async Task Nothing_is_left_of_an_ended_process()
    {
        await using var bench = new QemuBench();
        var domain = await bench.StartAsync((Vda, await bench.CreateAsync("a.qcow2", 0xa0), ImageFormat.Qcow2));
        var second = domain with { Instance = new InstanceId("second") };
        await Assert.ThrowsAsync<SnapshotException>(() => bench.LaunchAsync(second));
        Assert.Equal("first", Path.GetFileName(Assert.Single(Directory.GetDirectories($"{bench.Runtime}/{domain.Definition.Uuid}"))));
        await bench.Driver.Process.DestroyAsync(domain, bench.Token);
        Assert.Empty(Directory.GetFileSystemEntries(bench.Runtime));
    }

    [Fact]
    public async Task A_hung_qemu_is_an_error_with_a_limit_and_not_a_hang()
    {
        await using var bench = new QemuBench();
        var domain = await bench.StartAsync((Vda, await bench.CreateAsync("a.qcow2", 0xa0), ImageFormat.Qcow2));
        var qemu = await bench.ProcessAsync(domain);
        qemu.Send(ProcessSignal.Stop);

        var error = await Assert.ThrowsAsync<SnapshotException>(() => bench.LookAsync(domain));
        Assert.Equal(ErrorCode.OperationTimeout, error.Code);
        Assert.Contains("does not answer", error.Message);
        qemu.Send(ProcessSignal.Continue);
        Assert.Equal(DomainState.Running, (await bench.LookAsync(domain)).State);
    }

    [Theory]
    [InlineData(Accelerator.Tcg, "devices/hostdev")]
    [InlineData(Accelerator.Test, "@type")]
    public async Task What_cannot_be_realised_is_refused_at_start(Accelerator accelerator, string named)
    {
        await using var bench = new QemuBench();
        var domain = bench.Define((Vda, await bench.CreateAsync("a.qcow2", 0xa0), ImageFormat.Qcow2));
        domain = domain with { Definition = domain.Definition with { Accelerator = accelerator, Unrealised = ["devices/hostdev"] } };

        var error = await Assert.ThrowsAsync<SnapshotException>(() => bench.LaunchAsync(domain));
        Assert.Equal(ErrorCode.ConfigUnsupported, error.Code);
        Assert.Contains(named, error.Message);
    }

    [Fact]
    public async Task A_memory_image_names_its_machine_and_is_its_owners_business_alone()
    {
        await using var bench = new QemuBench();
        var domain = bench.Define((Vda, await bench.CreateAsync("a.qcow2", 0xa0), ImageFormat.Qcow2));
        await bench.LaunchAsync(domain);
        var path = $"{bench.Folder}/memory/s1.mem";
        await bench.Driver.Memory.SaveAsync(domain, path, null, bench.Quiet, bench.Token);
        Assert.StartsWith("pc-i440fx-", (await bench.Driver.Memory.ReadAsync(path, bench.Token))!.Machine);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        Assert.Equal([path], Directory.GetFiles($"{bench.Folder}/memory"));
    }

    [Fact]
    public async Task An_internal_snapshot_named_like_another_ones_number_is_still_the_right_one()
    {
        // qemu-img snapshot -a takes a text for a number first: '2' would mean the second snapshot.
        await using var bench = new QemuBench();
        var a = await bench.CreateAsync("a.qcow2", 0xa0);
        await bench.ToolAsync("qemu-img", "snapshot", "-c", "2", a.Value);
        await bench.WriteAsync(a, 1, 0xa1);
        await bench.ToolAsync("qemu-img", "snapshot", "-c", "other", a.Value);
        await bench.WriteAsync(a, 1, 0xa2);
        await bench.Driver.Internals.ApplyAsync(bench.Define((Vda, a, ImageFormat.Qcow2)), "2", [a], bench.Token);
        Assert.Equal(0xa0, (await bench.ReadAsync(a))[1]);
    }
}
