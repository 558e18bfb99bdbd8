using System.Text.Json.Nodes;
using Microsoft.Win32.SafeHandles;
using Snaptree.Model;
using Snaptree.Platform;
using Snaptree.Qmp;

namespace Snaptree.Drivers.Qemu;

/// <inheritdoc cref="IMemoryImages"/>
internal sealed class QemuMemoryImages(QemuSettings settings, QemuConnections connections) : IMemoryImages
{
    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnerFolder = OwnerFile | UnixFileMode.UserExecute;
    private const string DescriptorName = "snaptree-memory";

    /// <summary>More than any storage can do; QEMU's default would limit the speed.</summary>
    private const long UnlimitedBytesPerSecond = 1L << 40;

    public async Task SaveAsync(
        DomainSpec domain, string path, SavedDomain? saved, IProgress<WorkProgress> progress, CancellationToken cancellationToken)
    {
        var unfinished = Unfinished(path);
        try
        {
            DurableFile.CreateDirectory(Path.GetDirectoryName(path)!, OwnerFolder);
            DurableFile.CreateNew(unfinished, OwnerFile);
            using (var file = File.OpenHandle(unfinished, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite))
            {
                await FillAsync(domain, file, unfinished, saved, progress, cancellationToken);
            }

            DurableFile.SyncFile(unfinished);
            DurableFile.Rename(unfinished, path);
        }
        catch (Exception error)
        {
            DurableFile.Delete(unfinished);
            if (error is FileOperationException refused)
            {
                throw QemuErrors.From(refused, $"write the memory image {path}");
            }

            throw;
        }
    }

    public Task<MemoryImageInfo?> ReadAsync(string path, CancellationToken cancellationToken) =>
        Task.FromResult(MemoryImageHeader.Read(path)?.Info);

    public Task RewriteAsync(string path, SavedDomain saved, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var header = MemoryImageHeader.Read(path) ?? throw MemoryImageHeader.Damaged(path, "it is missing");
        try
        {
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
            if (LibvirtSaveImage.Is(file))
            {
                LibvirtSaveImage.Rewrite(file, path, saved);
            }
            else
            {
                header.Rewrite(file, saved);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SnapshotException(
                ErrorCode.System, $"the memory image {path} cannot be written: {error.Message}", "Check its permissions and the free space.", error);
        }

        return Task.CompletedTask;
    }

    public async Task DiscardAsync(DomainSpec domain, string path, CancellationToken cancellationToken)
    {
        if (connections.IsAlive(domain))
        {
            await connections.OperateAsync(
                domain, "stop a save", qmp => Migration.CancelAsync(settings, qmp, cancellationToken), cancellationToken);
        }

        DurableFile.Delete(Unfinished(path));
        DurableFile.Delete(path);
    }

    private async Task FillAsync(
        DomainSpec domain, SafeFileHandle file, string path, SavedDomain? saved, IProgress<WorkProgress> progress,
        CancellationToken cancellationToken)
    {
        RandomAccess.Write(file, new byte[MemoryImageHeader.StreamStart], 0);
        var version = await connections.OperateAsync(domain, "save the guest's memory", async qmp =>
        {
            FilePosition.Set(file, MemoryImageHeader.StreamStart);
            await QemuJobs.RefuseAnyAtWorkAsync(qmp, "save the guest's memory", cancellationToken);
            await qmp.SendFileDescriptorAsync(DescriptorName, file, ct: cancellationToken);
            await qmp.ExecuteAsync(
                "migrate-set-parameters", new JsonObject { ["max-bandwidth"] = UnlimitedBytesPerSecond }, ct: cancellationToken);
            await qmp.ExecuteAsync("migrate", new JsonObject { ["uri"] = $"fd:{DescriptorName}" }, ct: cancellationToken);
            await WaitAsync(qmp, domain, path, progress, cancellationToken);
            return qmp.Greeting.Version.ToString();
        }, cancellationToken);
        RandomAccess.FlushToDisk(file);
        var machine = MigrationStream.MachineOf(file, MemoryImageHeader.StreamStart)
            ?? throw MemoryImageHeader.Damaged(path, "it does not hold a migration stream");
        var info = new MemoryImageInfo(
            domain.Definition.MemoryBytes, RandomAccess.GetLength(file), machine, version, domain.Definition.Uuid)
        { Saved = saved };
        MemoryImageHeader.Complete(file, path, info);
    }

    private async Task WaitAsync(
        QmpClient qmp, DomainSpec domain, string path, IProgress<WorkProgress> progress, CancellationToken cancellationToken)
    {
        try
        {
            await Migration.CompleteAsync(settings, qmp, $"save the memory of '{domain.Name}' to {path}", progress, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            await Migration.CancelAsync(settings, qmp, CancellationToken.None);
            throw;
        }
    }

    private static string Unfinished(string path) => path + ".part";
}
