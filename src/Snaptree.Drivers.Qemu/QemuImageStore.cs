using Snaptree.Platform;

namespace Snaptree.Drivers.Qemu;

/// <inheritdoc cref="IImageStore"/>
internal sealed class QemuImageStore : IImageStore
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

    public long FreeBytes(string folder)
    {
        // The folder may not exist yet; its file system is that of the nearest one that does.
        var here = folder;
        while (!Directory.Exists(here) && Path.GetDirectoryName(here) is { } parent)
        {
            here = parent;
        }

        return FileSystemFacts.Read(here).FreeBytes;
    }
}
