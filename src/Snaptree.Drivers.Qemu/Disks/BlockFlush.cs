using System.Text.Json.Nodes;
using Snaptree.Model;
using Snaptree.Qmp;

namespace Snaptree.Drivers.Qemu;

/// <summary>
/// Makes a running QEMU write out what it knows about an image. Measured on 7.2: after a finished <c>block-stream</c> the overlay's header
/// already names the new backing image while the tables of the copied clusters are still in QEMU's cache only. A kill at that moment,
/// with the old backing image removed, would lose the copied data, so nothing is given up before this.
/// </summary>
internal static class BlockFlush
{
    /// <exception cref="SnapshotException"><see cref="ErrorCode.OperationFailed"/> when an image cannot be flushed.</exception>
    internal static async Task FlushAsync(QmpClient qmp, DiskTarget disk, ImagePath image, CancellationToken cancellationToken)
    {
        // QMP has no command to flush; the monitor's own tool has, and prints nothing when all is well.
        var answer = await qmp.ExecuteAsync(
            "human-monitor-command",
            new JsonObject { ["command-line"] = $"qemu-io {NodeNames.Format(disk, image)} flush" },
            ct: cancellationToken);
        if (answer.GetString() is { Length: > 0 } words)
        {
            throw new SnapshotException(
                ErrorCode.OperationFailed, $"QEMU could not flush {image}: {words.Trim()}", "Look at the storage; then recover the domain.")
            {
                Disk = disk.Name,
                Foreign = new ForeignError("QEMU", "flush", words),
            };
        }
    }
}
