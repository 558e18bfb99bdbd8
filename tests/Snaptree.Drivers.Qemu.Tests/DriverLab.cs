using System.Collections.Immutable;
using Snaptree.Model;
using Snaptree.Platform;

namespace Snaptree.Drivers.Qemu.Tests;

/// <summary>A folder with real images and a real QEMU driver; ends every QEMU it started.</summary>
public sealed class DriverLab : IAsyncDisposable
{
    /// <summary>For a whole test, many processes long; only a hang takes so long.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    private readonly ProcessRunner runner = new(TimeProvider.System);
    private readonly CancellationTokenSource limit = new(Limit);

    public DriverLab()
    {
        Folder = Directory.CreateTempSubdirectory("drv").FullName;
        Driver = new QemuDriver(new QemuSettings($"{Folder}/run", $"{Folder}/state", TimeProvider.System), runner, new DetachedProcessLauncher());
    }

    public string Folder { get; }

    public QemuDriver Driver { get; }

    public CancellationToken Token => limit.Token;

    public DomainSpec? Domain { get; private set; }

    public IProgress<WorkProgress> NoProgress { get; } = new Progress<WorkProgress>();

    public async ValueTask DisposeAsync()
    {
        if (Domain is not null)
        {
            foreach (var instance in Directory.Exists($"{Folder}/run/{Domain.Definition.Uuid}")
                ? Directory.EnumerateDirectories($"{Folder}/run/{Domain.Definition.Uuid}").Select(Path.GetFileName) : [])
            {
                await Driver.Process.DestroyAsync(Domain with { Instance = new InstanceId(instance!) }, CancellationToken.None);
            }
        }

        limit.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    public ImagePath Image(string name) => new($"{Folder}/{name}");

    public async Task<string> ToolAsync(string program, params string[] arguments)
    {
        var result = await runner.RunAsync(new ProcessCommand(program, arguments), Token);
        Assert.True(result.ExitCode == 0, result.StandardError + result.StandardOutput);
        return result.StandardOutput;
    }

    /// <summary>Makes an image whose every layer can be told by its byte.</summary>
    public async Task<ImagePath> CreateAsync(string name, byte pattern, ImageFormat format = ImageFormat.Qcow2, string size = "8M")
    {
        var path = Image(name);
        await ToolAsync("qemu-img", "create", "-q", "-f", format == ImageFormat.Qcow2 ? "qcow2" : "raw", path.Value, size);
        await FillAsync(path, pattern, "0", "8M", format);
        return path;
    }

    public Task FillAsync(ImagePath path, byte pattern, string offset, string length, ImageFormat format = ImageFormat.Qcow2) =>
        ToolAsync("qemu-io", "-f", format == ImageFormat.Qcow2 ? "qcow2" : "raw", "-c", $"write -q -P {pattern} {offset} {length}", path.Value);

    /// <summary>Fails unless the image reads as the byte there.</summary>
    public Task ExpectAsync(ImagePath path, byte pattern, string offset, string length, ImageFormat format = ImageFormat.Qcow2) =>
        ToolAsync("qemu-io", "-U", "-r", "-f", format == ImageFormat.Qcow2 ? "qcow2" : "raw", "-c", $"read -q -P {pattern} {offset} {length}", path.Value);

    public DomainSpec Define(params (string Target, ImagePath Image, ImageFormat Format)[] disks)
    {
        var definition = new DomainDefinition
        {
            Name = DomainName.Parse("lab"),
            Uuid = Guid.NewGuid(),
            Accelerator = Accelerator.Tcg,
            MemoryBytes = 32 << 20,
            VirtualCpus = 1,
            Machine = "pc",
            Disks = [.. disks.Select(disk => new DomainDisk(new DiskTarget(disk.Target), DiskDevice.Disk, DiskBus.Virtio, disk.Image, disk.Format))],
        };
        Domain = new DomainSpec(
            definition, disks.ToImmutableDictionary(disk => new DiskTarget(disk.Target), disk => disk.Image), new InstanceId("first"));
        return Domain;
    }

    public async Task<DomainSpec> StartAsync(params (string Target, ImagePath Image, ImageFormat Format)[] disks)
    {
        var domain = Define(disks);
        await Driver.Process.LaunchAsync(domain, new LaunchRequest(domain.Instance!.Value, null), Token);
        await Driver.Process.ResumeAsync(domain, Token);
        return domain;
    }

    public Task<DomainView> LookAsync(DomainSpec domain, params ImagePath[] images) => Driver.ObserveAsync(domain, images, Token);

    public OverlayRequest Overlay(string target, ImagePath backing, string name, ImageFormat format = ImageFormat.Qcow2) =>
        new(new DiskTarget(target), Image(name), backing, format, 8 << 20);
}
