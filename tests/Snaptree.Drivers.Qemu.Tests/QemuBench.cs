using System.Text.Json;
using System.Text.Json.Nodes;
using Snaptree.DriverContract;
using Snaptree.Model;
using Snaptree.Platform;
using Snaptree.Qmp;

namespace Snaptree.Drivers.Qemu.Tests;

/// <summary>A folder with real images and a real QEMU driver. A cell is a MiB.</summary>
public sealed class QemuBench : DriverBench
{
    private const int CellBytes = 1 << 20;

    private readonly ProcessRunner runner = new(TimeProvider.System);
    private readonly HashSet<DomainDefinition> domains = [];

    public QemuBench()
    {
        Folder = Directory.CreateTempSubdirectory("drv").FullName;
        Driver = new QemuDriver(new QemuSettings(Runtime, $"{Folder}/state", TimeProvider.System) { AgentDeadline = TimeSpan.FromMilliseconds(300) }, runner, new DetachedProcessLauncher());
    }

    public override string Folder { get; }

    public string Runtime => $"{Folder}/run";

    public override IHypervisorDriver Driver { get; }

    public override long VirtualBytes => (long)Cells * CellBytes;

    public override async Task<ImagePath> CreateAsync(string name, byte value, ImageFormat format = ImageFormat.Qcow2)
    {
        var path = Image(name);
        await ToolAsync("qemu-img", "create", "-q", "-f", Word(format), path.Value, $"{Cells}M");
        await FillAsync(path, value, 0, Cells, format);
        return path;
    }

    public override Task WriteAsync(ImagePath path, int cell, byte value) => FillAsync(path, value, cell, 1, ImageFormat.Qcow2);

    public override async Task<byte[]> ReadAsync(ImagePath path, ImageFormat format = ImageFormat.Qcow2)
    {
        var raw = $"{Folder}/contents.{Guid.NewGuid():N}";
        await ToolAsync("qemu-img", "convert", "-U", "-f", Word(format), "-O", "raw", path.Value, raw);
        var bytes = await File.ReadAllBytesAsync(raw, Token);
        File.Delete(raw);
        Assert.All(bytes.Chunk(CellBytes), cell => Assert.False(cell.AsSpan().ContainsAnyExcept(cell[0]), "a cell is torn"));
        return [.. bytes.Chunk(CellBytes).Select(cell => cell[0])];
    }

    public override Task GuestWriteAsync(DomainSpec domain, DiskTarget disk, int cell, byte value) =>
        OperateAsync(domain, async qmp =>
        {
            var device = (await BlockAsync(qmp, disk)).GetProperty("qdev").GetString();
            foreach (var command in new[] { $"write -P {value} {cell}M 1M", "flush" })
            {
                var line = new JsonObject { ["command-line"] = $"qemu-io -d {device} \"{command}\"" };
                Assert.Empty((await qmp.ExecuteAsync("human-monitor-command", line, ct: Token)).GetString()!);
            }
        });

    public override async Task KillAsync(DomainSpec domain) => Assert.True(await (await ProcessAsync(domain)).KillAsync(Limit, Token));

    public async Task<ProcessIdentity> ProcessAsync(DomainSpec domain) =>
        ProcessIdentity.Find((await LookAsync(domain)).Hypervisor!.ProcessId)!;

    public override async Task DamageAsync(string path)
    {
        await using var file = File.OpenWrite(path);
        if (path.EndsWith(".mem", StringComparison.Ordinal))
        {
            file.SetLength(file.Length - 1);
        }
        else
        {
            await file.WriteAsync(new byte[512], Token);
        }
    }

    public override Task LeaveMergeAsync(DomainSpec domain, MergeRequest merge, bool isCommit) =>
        OperateAsync(domain, async qmp =>
        {
            var top = await NodeAsync(qmp, merge.Top);
            var arguments = new JsonObject { ["job-id"] = merge.JobId, ["auto-dismiss"] = false };
            if (!isCommit)
            {
                arguments["device"] = top;
                await qmp.ExecuteAsync("block-stream", arguments, ct: Token);
                return;
            }

            arguments["device"] = (await BlockAsync(qmp, merge.Disk)).GetProperty("inserted").GetProperty("node-name").GetString();
            arguments["top-node"] = top;
            arguments["base-node"] = await NodeAsync(qmp, merge.Base);
            await qmp.ExecuteAsync("block-commit", arguments, ct: Token);
        });

    public override Task LeaveSaveAsync(DomainSpec domain, InternalSaveRequest request) =>
        OperateAsync(domain, async qmp =>
        {
            var nodes = new List<string>();
            foreach (var disk in request.Disks)
            {
                nodes.Add((await BlockAsync(qmp, disk)).GetProperty("inserted").GetProperty("node-name").GetString()!);
            }

            await qmp.ExecuteAsync(
                "snapshot-save",
                new JsonObject
                {
                    ["job-id"] = request.JobId,
                    ["tag"] = request.Tag,
                    ["vmstate"] = nodes[0],
                    ["devices"] = new JsonArray([.. nodes.Select(JsonNode (node) => JsonValue.Create(node))]),
                },
                ct: Token);
        });

    public async Task ToolAsync(string program, params string[] arguments)
    {
        var result = await runner.RunAsync(new ProcessCommand(program, arguments), Token);
        Assert.True(result.ExitCode == 0, result.StandardError + result.StandardOutput);
    }

    protected override void Defined(DomainSpec domain) => domains.Add(domain.Definition);

    protected override async Task EndAsync()
    {
        foreach (var definition in domains)
        {
            var folder = $"{Runtime}/{definition.Uuid}";
            foreach (var instance in Directory.Exists(folder) ? Directory.GetDirectories(folder).Select(Path.GetFileName) : [])
            {
                var domain = new DomainSpec(definition, [], new InstanceId(instance!));
                await Driver.Process.DestroyAsync(domain, CancellationToken.None);
            }
        }

        Directory.Delete(Folder, recursive: true);
    }

    private Task FillAsync(ImagePath path, byte value, int from, int cells, ImageFormat format) =>
        ToolAsync("qemu-io", "-f", Word(format), "-c", $"write -q -P {value} {from}M {cells}M", path.Value);

    private async Task OperateAsync(DomainSpec domain, Func<QmpClient, Task> act)
    {
        var socket = $"{Runtime}/{domain.Definition.Uuid}/{domain.Instance}/ops";
        await using var qmp = await QmpClient.ConnectAsync(socket, new QmpClientOptions(), Token);
        await act(qmp);
    }

    private async Task<JsonElement> BlockAsync(QmpClient qmp, DiskTarget disk)
    {
        var blocks = await qmp.ExecuteAsync("query-block", ct: Token);
        return blocks.EnumerateArray().Single(block => block.GetProperty("qdev").GetString()!.Split('/').Contains($"disk-{disk}"));
    }

    private async Task<string> NodeAsync(QmpClient qmp, ImagePath path)
    {
        var nodes = await qmp.ExecuteAsync("query-named-block-nodes", new JsonObject { ["flat"] = true }, ct: Token);
        return nodes.EnumerateArray()
            .Single(node => node.GetProperty("drv").GetString() == "qcow2" && node.GetProperty("file").GetString() == path.Value)
            .GetProperty("node-name").GetString()!;
    }

    private static string Word(ImageFormat format) => format == ImageFormat.Qcow2 ? "qcow2" : "raw";
}
