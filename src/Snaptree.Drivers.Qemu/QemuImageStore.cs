using System.Globalization;
using Snaptree.Model;
using Snaptree.Platform;

namespace Snaptree.Drivers.Qemu;

/// <inheritdoc cref="IImageStore"/>
internal sealed class QemuImageStore(QemuSettings settings) : IImageStore
{
    public bool IsRegularFile(string path) => FileFacts.Read(path)?.Kind == FileKind.Regular;

    public bool Exists(string path) => FileFacts.Read(path) is not null;

    public string Canonical(string path) => FileNames.Resolve(path);

    public Task DeleteAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            DurableFile.Delete(path);
            return Task.CompletedTask;
        }
        catch (FileOperationException error)
        {
            throw QemuErrors.From(error, $"remove {path}");
        }
    }

    public long FreeBytes(string folder) => FileSystemFacts.Read(Nearest(folder)).FreeBytes;

    public string FileSystemOf(string folder) =>
        FileFacts.Read(Nearest(folder))?.Device.ToString(CultureInfo.InvariantCulture) ?? folder;

    public async Task EndLeftoversAsync(IEnumerable<string> paths, CancellationToken cancellationToken)
    {
        foreach (var tool in ProcessSearch.FindOurs(paths.ToHashSet()))
        {
            if (!await tool.KillAsync(settings.ProcessDeadline, cancellationToken))
            {
                throw new SnapshotException(
                    ErrorCode.OperationTimeout,
                    $"process {tool.Pid}, which a killed command left at work on the images, does not end",
                    "It hangs in the kernel, most often on storage; look at the storage first.");
            }
        }
    }

    /// <summary>The folder may not exist yet; its file system is that of the nearest one that does.</summary>
    private static string Nearest(string folder)
    {
        var here = folder;
        while (!Directory.Exists(here) && Path.GetDirectoryName(here) is { } parent)
        {
            here = parent;
        }

        return here;
    }
}
