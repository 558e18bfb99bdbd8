using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Snaptree.Model;
using Snaptree.Platform;
using Snaptree.Qmp;

namespace Snaptree.Drivers.Qemu;

/// <summary>Reads everything about a domain: state, chains and jobs from QEMU, images from their headers.</summary>
internal sealed class QemuObserver(QemuConnections connections)
{
    internal async Task<DomainView> ObserveAsync(DomainSpec domain, IEnumerable<ImagePath> images, CancellationToken cancellationToken)
    {
        if (connections.FindProcess(domain) is not { } process)
        {
            return new DomainView
            {
                State = DomainState.Shutoff,
                ShutoffReason = domain.Instance is null ? ShutoffReason.Unknown : connections.Instance(domain).ReasonOfEnd(),
                Images = ImageReader.Read(domain, images),
            };
        }

        var view = await connections.WatchAsync(domain, "look at the domain", qmp => ReadAsync(qmp, domain, cancellationToken), cancellationToken);
        var open = view.Disks.SelectMany(disk => disk.OpenChain);
        return view with
        {
            Images = ImageReader.Read(domain, images.Concat(open)),
            Hypervisor = view.Hypervisor! with { ProcessId = process.Pid, CpuTime = process.ProcessorTime },
        };
    }

    private static async Task<DomainView> ReadAsync(QmpClient qmp, DomainSpec domain, CancellationToken cancellationToken)
    {
        var status = await qmp.ExecuteAsync("query-status", ct: cancellationToken);
        var blocks = await qmp.ExecuteAsync("query-block", ct: cancellationToken);
        var jobs = await QemuJobs.ListAsync(qmp, cancellationToken);
        return new DomainView
        {
            State = StateOf(status.GetProperty("status").GetString()!),
            Disks = [.. domain.Definition.Disks.Select(disk => new DiskView(disk.Target, ChainOf(blocks, disk.Target)))],
            Jobs = [.. jobs],
            Images = ImageTree.Empty,
            Hypervisor = new HypervisorFacts("QEMU", qmp.Greeting.Version.ToString(), 0),
        };
    }

    private static ImmutableArray<ImagePath> ChainOf(JsonElement blocks, DiskTarget target)
    {
        var device = NodeNames.Device(target);
        var block = blocks.EnumerateArray().FirstOrDefault(
            one => one.TryGetProperty("qdev", out var path) && path.GetString()!.Split('/').Contains(device));
        if (block.ValueKind != JsonValueKind.Object || !block.TryGetProperty("inserted", out var inserted))
        {
            return [];
        }

        var chain = ImmutableArray.CreateBuilder<ImagePath>();
        for (JsonElement? image = inserted.GetProperty("image"); image is { } here;)
        {
            chain.Add(new ImagePath(FileOf(here.GetProperty("filename").GetString()!)));
            image = here.TryGetProperty("backing-image", out var below) ? below : null;
        }

        return chain.ToImmutable();
    }

    /// <summary>QEMU describes a node by its path, or by its options as JSON where the path alone would not open the same thing.</summary>
    private static string FileOf(string name)
    {
        const string Options = "json:";
        if (!name.StartsWith(Options, StringComparison.Ordinal))
        {
            return FileNames.Resolve(name);
        }

        JsonNode? node = JsonNode.Parse(name[Options.Length..]);
        while (node?["filename"] is null && node?["file"] is { } below)
        {
            node = below;
        }

        return FileNames.Resolve(node?["filename"]?.GetValue<string>() ?? throw new SnapshotException(
            ErrorCode.OperationFailed, $"QEMU describes an image in a way we do not know: {name}", "Report this with the domain's document."));
    }

    private static DomainState StateOf(string status) =>
        status switch
        {
            "running" => DomainState.Running,
            "suspended" => DomainState.PmSuspended,
            "shutdown" => DomainState.Shutdown,
            "guest-panicked" => DomainState.Crashed,
            _ => DomainState.Paused,
        };
}
