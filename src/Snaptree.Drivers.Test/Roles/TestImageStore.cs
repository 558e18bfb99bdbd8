using Snaptree.Model;

namespace Snaptree.Drivers.Test;

/// <inheritdoc cref="IImageStore"/>
internal sealed class TestImageStore(TestHost host) : IImageStore
{
    /// <summary>Nothing here is: as with libvirt's test driver, whose images nobody has ever seen.</summary>
    public bool IsRegularFile(string path) => false;

    public bool Exists(string path)
    {
        var now = host.World;
        return now.MemoryFiles.ContainsKey(path) || IsImage(now, path);
    }

    /// <summary>There are no symbolic links here.</summary>
    public string Canonical(string path) => Path.GetFullPath(path);

    /// <summary>
    /// Stricter than a real file system, which lets an open file go: that would be a fault of the caller, and is one here
    /// (<see cref="ErrorCode.Internal"/>).
    /// </summary>
    public Task DeleteAsync(string path, CancellationToken cancellationToken) =>
        host.ActAsync(DriverCall.DeleteFile, now => Delete(now, path), cancellationToken);

    public long FreeBytes(string folder) => host.Settings.FreeBytes;

    private static World Delete(World now, string path)
    {
        if (!IsImage(now, path))
        {
            return now with { MemoryFiles = now.MemoryFiles.Remove(path) };
        }

        var image = new ImagePath(path);
        return now.Processes.Values.FirstOrDefault(process => process.IsOpen(image)) is { } holder
            ? throw new SnapshotException(
                ErrorCode.Internal,
                $"{path} was to be removed while process {holder.Id} has it open",
                "Nothing was removed; this is a fault of the caller.")
            : now with { Images = now.Images.Remove(image), Removed = now.Removed.Add(image) };
    }

    private static bool IsImage(World now, string path) => path.StartsWith('/') && now.Images.ContainsKey(new ImagePath(path));
}
