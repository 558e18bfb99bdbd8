using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Snaptree.Model;

namespace Snaptree.Drivers.Qemu;

/// <inheritdoc cref="IInternalSnapshots"/>
internal sealed class QemuInternals(QemuConnections connections, QemuObserver observer, QemuJobs jobs, QemuImg tool) : IInternalSnapshots
{
    /// <summary>Loads and removals can be repeated, so their jobs need no name of their own; a left one is settled first.</summary>
    private const string LoadJob = "snaptree-load";
    private const string DeleteJob = "snaptree-delete";

    public async Task SaveAsync(DomainSpec domain, InternalSaveRequest request, IProgress<WorkProgress> progress, CancellationToken cancellationToken)
    {
        RefuseTakenTag(domain, request);
        if (!connections.IsAlive(domain))
        {
            await SaveOfflineAsync(domain, request, cancellationToken);
            return;
        }

        var nodes = request.Disks.Select(disk => ActiveNode(domain, disk)).ToList();
        await connections.OperateAsync(domain, "save an internal snapshot", async qmp =>
        {
            await qmp.ExecuteAsync("snapshot-save", Arguments(request.JobId, request.Tag, nodes[0], nodes), ct: cancellationToken);

            // The job cannot be cancelled half-way: it is heard again when it has ended.
            await jobs.CompleteAsync(qmp, request.JobId, progress, CancellationToken.None);
        }, cancellationToken);
    }

    public async Task SettleAsync(DomainSpec domain, string jobId, CancellationToken cancellationToken)
    {
        if (connections.IsAlive(domain))
        {
            await connections.OperateAsync(domain, "wait for a job", qmp => jobs.SettleAsync(qmp, jobId, cancellationToken), cancellationToken);
        }
    }

    public async Task DeleteAsync(DomainSpec domain, string tag, ImmutableArray<ImagePath> images, CancellationToken cancellationToken)
    {
        var view = await observer.ObserveAsync(domain, images, cancellationToken);
        var holding = images.Where(path => view.Images.Find(path)?.Internal(tag) is not null).ToList();
        var open = view.Disks.Where(disk => !disk.OpenChain.IsEmpty && holding.Contains(disk.OpenChain[0])).ToList();
        if (open.Count > 0)
        {
            await connections.OperateAsync(domain, "remove an internal snapshot", async qmp =>
            {
                var nodes = open.Select(disk => NodeNames.Format(disk.Target, disk.OpenChain[0]));
                await jobs.SettleAsync(qmp, DeleteJob, cancellationToken);
                await qmp.ExecuteAsync("snapshot-delete", Arguments(DeleteJob, tag, null, nodes), ct: cancellationToken);
                await jobs.CompleteAsync(qmp, DeleteJob, new Progress<WorkProgress>(), CancellationToken.None);
            }, cancellationToken);
        }

        foreach (var path in holding.Where(path => !view.IsOpen(path)))
        {
            await tool.RunAsync(
                $"remove the internal snapshot '{tag}'", ["snapshot", "-q", "-d", tag, path.Value], cancellationToken);
        }
    }

    public async Task LoadAsync(DomainSpec domain, string tag, ImmutableArray<DiskTarget> disks, CancellationToken cancellationToken)
    {
        var view = await observer.ObserveAsync(domain, [], cancellationToken);
        var tops = disks.Select(disk => (Disk: disk, Image: view.Images.Get(view.OpenTop(disk)!.Value))).ToList();
        var holder = tops.FirstOrDefault(top => top.Image.Internal(tag) is { VmStateBytes: > 0 });
        if (holder.Image is null)
        {
            throw new SnapshotException(
                ErrorCode.OperationFailed, $"no image holds the memory of the internal snapshot '{tag}'", "It was removed outside this tool.")
            { Domain = domain.Name };
        }

        var nodes = tops.Select(top => NodeNames.Format(top.Disk, top.Image.Path)).ToList();
        await connections.OperateAsync(domain, "load an internal snapshot", async qmp =>
        {
            await jobs.SettleAsync(qmp, LoadJob, cancellationToken);
            var vmState = NodeNames.Format(holder.Disk, holder.Image.Path);
            await qmp.ExecuteAsync("snapshot-load", Arguments(LoadJob, tag, vmState, nodes), ct: cancellationToken);
            await jobs.CompleteAsync(qmp, LoadJob, new Progress<WorkProgress>(), CancellationToken.None);
        }, cancellationToken);
    }

    public async Task ApplyAsync(DomainSpec domain, string tag, ImmutableArray<ImagePath> images, CancellationToken cancellationToken)
    {
        var tree = ImageReader.Read(domain, images);
        foreach (var path in images)
        {
            var snapshot = tree.Get(path).Internal(tag) ?? throw new SnapshotException(
                ErrorCode.OperationFailed, $"{path} does not hold the internal snapshot '{tag}'", "It was removed outside this tool.")
            { Domain = domain.Name };

            // By its number: qemu-img takes a name that equals another snapshot's number for that other one.
            await tool.RunAsync($"apply the internal snapshot '{tag}'", ["snapshot", "-q", "-a", snapshot.Id, path.Value], cancellationToken);
        }
    }

    private async Task SaveOfflineAsync(DomainSpec domain, InternalSaveRequest request, CancellationToken cancellationToken)
    {
        var done = new List<ImagePath>();
        try
        {
            foreach (var path in request.Disks.Select(disk => Active(domain, disk)))
            {
                await tool.RunAsync(
                    $"take the internal snapshot '{request.Tag}'", ["snapshot", "-q", "-c", request.Tag, path.Value], cancellationToken);
                done.Add(path);
            }
        }
        catch (Exception)
        {
            foreach (var path in done)
            {
                await tool.RunAsync(
                    $"remove the internal snapshot '{request.Tag}'", ["snapshot", "-q", "-d", request.Tag, path.Value], CancellationToken.None);
            }

            throw;
        }
    }

    /// <summary>
    /// <c>qemu-img</c> would take a second one of the same name, and QEMU too where only some of the images hold the first: then nothing could
    /// tell any more which of them is meant.
    /// </summary>
    private static void RefuseTakenTag(DomainSpec domain, InternalSaveRequest request)
    {
        var images = request.Disks.Select(disk => Active(domain, disk)).ToList();
        var tree = ImageReader.Read(domain, images);
        if (images.Select(path => tree.Get(path)).FirstOrDefault(image => image.Internal(request.Tag) is not null) is { } taken)
        {
            throw new SnapshotException(
                ErrorCode.OperationFailed, $"{taken.Path} already holds an internal snapshot '{request.Tag}'", "Choose another name.")
            { Domain = domain.Name };
        }
    }

    private static ImagePath Active(DomainSpec domain, DiskTarget disk) => domain.ActiveImage(domain.Definition.Disk(disk))!.Value;

    private static string ActiveNode(DomainSpec domain, DiskTarget disk) => NodeNames.Format(disk, Active(domain, disk));

    private static JsonObject Arguments(string jobId, string tag, string? vmState, IEnumerable<string> nodes)
    {
        var arguments = new JsonObject
        {
            ["job-id"] = jobId,
            ["tag"] = tag,
            ["devices"] = new JsonArray([.. nodes.Select(JsonNode (node) => JsonValue.Create(node))]),
        };
        if (vmState is not null)
        {
            arguments["vmstate"] = vmState;
        }

        return arguments;
    }
}
