using System.Security.Cryptography;
using Snaptree.Drivers;
using Snaptree.Drivers.Qemu;
using Snaptree.Engine;
using Snaptree.Model;
using Snaptree.Platform;

namespace Snaptree.TestKit;

/// <summary>
/// A folder with real images, a real catalogue and the engine on a real QEMU driver. <see cref="Reopen"/> gives the engine as another
/// process would have it. Ends every QEMU that was started in it.
/// </summary>
public sealed class EngineLab : IAsyncDisposable
{
    public const string DiskBytes = "4M";

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);
    private readonly ProcessRunner runner = new(TimeProvider.System);
    private readonly CancellationTokenSource limit = new(Limit);

    /// <param name="change">Lets the driver wait for other times, or start other programs.</param>
    public EngineLab(IDurablePoints? points = null, Func<QemuSettings, QemuSettings>? change = null)
        : this(Directory.CreateTempSubdirectory("lab").FullName, points, change)
    {
    }

    private EngineLab(string folder, IDurablePoints? points, Func<QemuSettings, QemuSettings>? change)
    {
        Folder = folder;
        Directory.CreateDirectory(Disks);
        var settings = new QemuSettings($"{Folder}/run", $"{Folder}/state", TimeProvider.System);
        Driver = new QemuDriver(change is null ? settings : change(settings), runner, new DetachedProcessLauncher());
        Engine = Open(points);
    }

    public string Folder { get; }

    public string Disks => $"{Folder}/disks";

    public string State => $"{Folder}/state";

    public QemuDriver Driver { get; }

    public SnaptreeEngine Engine { get; private set; }

    public CancellationToken Token => limit.Token;

    public IProgress<OperationProgress> Quiet { get; } = new NoProgress();

    /// <summary>What images showed when they were last looked at; see <see cref="LabFacts"/>.</summary>
    internal Dictionary<string, string> Seen { get; } = [];

    private string Template => Folder + ".template";

    /// <summary>For a guest to be thawed whose agent does not answer.</summary>
    public TimeSpan ThawDeadline { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The lab of another process, as long as that one has it.</summary>
    public static EngineLab Join(string folder, IDurablePoints points, Func<QemuSettings, QemuSettings> change) => new(folder, points, change);

    /// <summary>Another engine on the same folder, as after a crash or in a second process.</summary>
    public void Reopen(IDurablePoints? points = null)
    {
        Engine.Dispose();
        Engine = Open(points);
    }

    /// <summary>A second engine beside the first one.</summary>
    public SnaptreeEngine Open(IDurablePoints? points = null) =>
        SnaptreeEngine.Open(
            new EngineSettings(State, $"{Folder}/run", TimeProvider.System)
            {
                Points = points ?? new NoDurablePoints(),
                ThawDeadline = ThawDeadline,
            },
            Driver);

    /// <summary>Keeps a copy of the whole folder, to begin from again.</summary>
    public async Task KeepAsync()
    {
        Engine.Dispose();
        await ToolAsync("cp", "-a", "--sparse=always", Folder, Template);
        Engine = Open();
    }

    /// <summary>Brings back what <see cref="KeepAsync"/> kept, with an engine that is told of durable points.</summary>
    public async Task BeginAgainAsync(IDurablePoints? points = null)
    {
        Engine.Dispose();
        Directory.Delete(Folder, recursive: true);
        await ToolAsync("cp", "-a", "--sparse=always", Template, Folder);
        Engine = Open(points);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var domain in Engine.Domains.List())
        {
            await EndProcessesAsync(domain);
        }

        Engine.Dispose();
        limit.Dispose();
        Directory.Delete(Folder, recursive: true);
        if (Directory.Exists(Template))
        {
            Directory.Delete(Template, recursive: true);
        }
    }

    public async Task<string> ToolAsync(string program, params string[] arguments)
    {
        var result = await runner.RunAsync(new ProcessCommand(program, arguments), Token);
        return result.ExitCode == 0
            ? result.StandardOutput
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {result.StandardError}{result.StandardOutput}");
    }

    /// <summary>Makes an image filled with one byte.</summary>
    public async Task<ImagePath> CreateDiskAsync(string name, byte pattern, ImageFormat format = ImageFormat.Qcow2, string size = DiskBytes)
    {
        var path = new ImagePath($"{Disks}/{name}");
        await ToolAsync("qemu-img", "create", "-q", "-f", Word(format), path.Value, size);
        await FillAsync(path, pattern, "0", size, format);
        return path;
    }

    public Task FillAsync(ImagePath path, byte pattern, string offset, string length, ImageFormat format = ImageFormat.Qcow2) =>
        ToolAsync("qemu-io", "-f", Word(format), "-c", $"write -q -P {pattern} {offset} {length}", path.Value);

    /// <summary>The SHA-256 of what a guest would read from an image, or from an internal snapshot in it.</summary>
    public async Task<string> ContentsAsync(ImagePath path, ImageFormat format, string? tag = null)
    {
        var raw = $"{Folder}/contents.{Guid.NewGuid():N}";
        try
        {
            string[] inside = tag is null ? [] : ["-l", $"snapshot.name={tag}"];
            await ToolAsync("qemu-img", ["convert", "-U", "-f", Word(format), "-O", "raw", .. inside, path.Value, raw]);
            await using var file = File.OpenRead(raw);
            return Convert.ToHexStringLower(await SHA256.HashDataAsync(file, Token))[..16];
        }
        finally
        {
            File.Delete(raw);
        }
    }

    public async Task<DomainRecord> DefineAsync(string name, params ImagePath[] disks)
    {
        var xml = LabDomains.Write(name, [.. disks]);
        return await Engine.Domains.DefineAsync(xml, Token);
    }

    /// <summary>The image on top of a disk's chain, and its format.</summary>
    public async Task<ImageInfo> ActiveAsync(string domain, string disk = "vda")
    {
        var status = await Engine.Domains.StatusAsync(domain, Token);
        return status.View.Images.Get(status.Domain.ActiveImages[new DiskTarget(disk)]);
    }

    public Task<Snapshot> CreateAsync(string domain, string name, Func<CreateRequest, CreateRequest>? change = null)
    {
        var request = new CreateRequest(SnapshotName.Parse(name));
        return Engine.Snapshots.CreateAsync(domain, change is null ? request : change(request), Quiet, Token);
    }

    public Task RevertAsync(string domain, string name, RevertTarget target = RevertTarget.AsSnapshot) =>
        Engine.Snapshots.RevertAsync(domain, name, new RevertWish(target), Quiet, Token);

    public Task DeleteAsync(string domain, string name, DeleteRequest? request = null) =>
        Engine.Snapshots.DeleteAsync(domain, name, request ?? new DeleteRequest(), Quiet, Token);

    public Task<RecoveredOperation?> RecoverAsync(string domain) => Engine.Snapshots.RecoverAsync(domain, Quiet, Token);

    private static string Word(ImageFormat format) => format == ImageFormat.Qcow2 ? "qcow2" : "raw";

    private async Task EndProcessesAsync(DomainRecord domain)
    {
        var folder = $"{Folder}/run/{domain.Uuid}";
        foreach (var instance in Directory.Exists(folder) ? Directory.GetDirectories(folder).Select(Path.GetFileName) : [])
        {
            var spec = StepContext.SpecOf(domain) with { Instance = new InstanceId(instance!) };
            await Driver.Process.DestroyAsync(spec, CancellationToken.None);
        }
    }

    private sealed class NoProgress : IProgress<OperationProgress>
    {
        public void Report(OperationProgress value)
        {
        }
    }
}
