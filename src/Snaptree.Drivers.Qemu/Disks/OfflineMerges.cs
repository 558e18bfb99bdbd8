using Snaptree.Model;
using Snaptree.Platform;

namespace Snaptree.Drivers.Qemu;

/// <summary>Merges of images that no QEMU has open, done by <c>qemu-img</c> under its own locks.</summary>
internal sealed class OfflineMerges(QemuImg tool)
{
    /// <summary>Without <c>-d</c> the top is emptied at the end, which is the evidence that its data went down.</summary>
    internal async Task CommitAsync(ImageTree images, MergeRequest request, IProgress<WorkProgress> progress, CancellationToken cancellationToken)
    {
        if (images.Find(request.Top) is not { } top)
        {
            return;
        }

        if (top.Backing?.Path != request.Base)
        {
            throw new SnapshotException(
                ErrorCode.OperationFailed,
                $"{request.Top} does not stand on {request.Base} any more",
                "Somebody changed its header outside this tool; nothing was copied.")
            { Disk = request.Disk.Name };
        }

        await tool.CopyAsync(
            $"commit {request.Top}", ["commit", "-p", "-f", "qcow2", request.Top.Value], top.AllocatedBytes, progress, cancellationToken);
        DurableFile.SyncFile(request.Base.Value);
    }

    /// <summary>A safe rebase: clusters that read differently from the new backing image are copied before the header changes.</summary>
    internal async Task PullAsync(ImageTree images, MergeRequest request, IProgress<WorkProgress> progress, CancellationToken cancellationToken)
    {
        if (images.Get(request.Top).Backing?.Path != request.Base)
        {
            return;
        }

        var below = images.Get(request.Base).Backing;
        List<string> arguments = ["rebase", "-p", "-f", "qcow2", "-b", below?.Path.Value ?? ""];
        if (below is not null)
        {
            arguments.AddRange(["-F", QemuImg.Format(images.Get(below.Path).Format)]);
        }

        arguments.Add(request.Top.Value);
        var bytes = images.Get(request.Base).AllocatedBytes;
        await tool.CopyAsync($"rebase {request.Top}", arguments, bytes, progress, cancellationToken);
        DurableFile.SyncFile(request.Top.Value);
    }

    internal async Task RebaseHeaderAsync(ImagePath image, ImagePath backing, ImageFormat backingFormat, CancellationToken cancellationToken)
    {
        await tool.RunAsync(
            $"rebase {image}",
            ["rebase", "-u", "-f", "qcow2", "-b", backing.Value, "-F", QemuImg.Format(backingFormat), image.Value],
            cancellationToken);
        DurableFile.SyncFile(image.Value);
    }
}
