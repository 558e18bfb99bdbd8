using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using Snaptree.Model;
using Snaptree.Platform;
using Snaptree.Qmp;

namespace Snaptree.Drivers.Qemu;

/// <inheritdoc cref="IOverlays"/>
internal sealed class QemuOverlays(QemuConnections connections, QemuImg tool) : IOverlays
{
    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public async Task CreateAsync(OverlayRequest request, CancellationToken cancellationToken)
    {
        var path = request.Path.Value;
        try
        {
            DurableFile.CreateNew(path, OwnerFile);
        }
        catch (FileAlreadyExistsException error)
        {
            throw new SnapshotException(
                ErrorCode.ConfigUnsupported, $"{path} exists already", "Choose another path, or move the file away; it was not touched.", error)
            { Disk = request.Disk.Name };
        }
        catch (FileOperationException error)
        {
            throw QemuErrors.From(error, $"create the overlay {path}");
        }

        try
        {
            await FillAsync(request, cancellationToken);
        }
        catch (Exception)
        {
            DurableFile.Delete(path);
            throw;
        }
    }

    public Task OpenAsync(DomainSpec domain, ImmutableArray<OverlayRequest> overlays, CancellationToken cancellationToken) =>
        connections.OperateAsync(domain, "open the overlays", async qmp =>
        {
            var open = await NodesAsync(qmp, cancellationToken);
            foreach (var overlay in overlays)
            {
                if (!open.Contains(NodeNames.File(overlay.Disk, overlay.Path)))
                {
                    await qmp.ExecuteAsync("blockdev-add", BlockNodes.File(overlay.Disk, overlay.Path), ct: cancellationToken);
                }

                if (!open.Contains(NodeNames.Format(overlay.Disk, overlay.Path)))
                {
                    var node = BlockNodes.Format(overlay.Disk, overlay.Path, ImageFormat.Qcow2, null, readOnly: false);
                    await qmp.ExecuteAsync("blockdev-add", node, ct: cancellationToken);
                }
            }
        }, cancellationToken);

    public Task CloseAsync(DomainSpec domain, ImmutableArray<OverlayRequest> overlays, CancellationToken cancellationToken) =>
        connections.OperateAsync(domain, "close the overlays", async qmp =>
        {
            foreach (var overlay in overlays)
            {
                await RemoveNodesAsync(qmp, overlay.Disk, overlay.Path, cancellationToken);
            }
        }, cancellationToken);

    public Task SwitchAsync(DomainSpec domain, ImmutableArray<OverlayRequest> overlays, CancellationToken cancellationToken) =>
        connections.OperateAsync(domain, "switch the disks to their overlays", qmp =>
        {
            var actions = overlays.Select(JsonNode (overlay) => new JsonObject
            {
                ["type"] = "blockdev-snapshot",
                ["data"] = new JsonObject
                {
                    ["node"] = NodeNames.Format(overlay.Disk, overlay.Backing),
                    ["overlay"] = NodeNames.Format(overlay.Disk, overlay.Path),
                },
            });
            return qmp.ExecuteAsync("transaction", new JsonObject { ["actions"] = new JsonArray([.. actions]) }, ct: cancellationToken);
        }, cancellationToken);

    /// <summary>Closes an image's nodes, where they are open and nothing uses them.</summary>
    internal static async Task RemoveNodesAsync(QmpClient qmp, DiskTarget disk, ImagePath image, CancellationToken cancellationToken)
    {
        var open = await NodesAsync(qmp, cancellationToken);
        foreach (var node in new[] { NodeNames.Format(disk, image), NodeNames.File(disk, image) }.Where(open.Contains))
        {
            await qmp.ExecuteAsync("blockdev-del", new JsonObject { ["node-name"] = node }, ct: cancellationToken);
        }
    }

    private static async Task<HashSet<string>> NodesAsync(QmpClient qmp, CancellationToken cancellationToken)
    {
        var nodes = await qmp.ExecuteAsync("query-named-block-nodes", new JsonObject { ["flat"] = true }, ct: cancellationToken);
        return [.. nodes.EnumerateArray().Select(node => node.GetProperty("node-name").GetString()!)];
    }

    private async Task FillAsync(OverlayRequest request, CancellationToken cancellationToken)
    {
        // -u: the backing image is not opened, which a running guest's lock would not allow; its size and format are given instead.
        await tool.RunAsync(
            $"create the overlay {request.Path}",
            [
                "create", "-q", "-u", "-f", "qcow2", "-b", request.Backing.Value, "-F", QemuImg.Format(request.BackingFormat),
                request.Path.Value, request.VirtualBytes.ToString(CultureInfo.InvariantCulture),
            ],
            cancellationToken);
        try
        {
            DurableFile.CopyOwnershipAndMode(request.Backing.Value, request.Path.Value, OwnerFile);
            DurableFile.SyncFile(request.Path.Value);
            DurableFile.SyncDirectory(request.Path.Folder);
        }
        catch (FileOperationException error)
        {
            throw QemuErrors.From(error, $"finish the overlay {request.Path}");
        }
    }
}
