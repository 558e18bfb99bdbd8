using Snaptree.Platform;

namespace Snaptree.TestKit;

/// <summary>A file system of a few MiB in memory, to run out of room on. Mounting needs root.</summary>
public sealed class SmallFileSystem : IAsyncDisposable
{
    private readonly EngineLab lab;
    private readonly string folder;

    private SmallFileSystem(EngineLab lab, string folder) => (this.lab, this.folder) = (lab, folder);

    public static async Task<SmallFileSystem> MountAsync(EngineLab lab, string folder, int mib = 4)
    {
        Directory.CreateDirectory(folder);
        await lab.ToolAsync("mount", "-t", "tmpfs", "-o", $"size={mib}M,mode=700", "snaptree-test", folder);
        return new SmallFileSystem(lab, folder);
    }

    public long FreeBytes() => FileSystemFacts.Read(folder).FreeBytes;

    public async ValueTask DisposeAsync() => await lab.ToolAsync("umount", "-l", folder);
}
