namespace Snaptree.Platform;

/// <summary>A folder of our own among the temporary files, for the owner only, removed with all that is in it when disposed.</summary>
public sealed class TemporaryFolder : IDisposable
{
    private TemporaryFolder(string path) => Path = path;

    public string Path { get; }

    /// <exception cref="IOException">It cannot be made.</exception>
    public static TemporaryFolder Create(string prefix) => new(Directory.CreateTempSubdirectory(prefix).FullName);

    public void Dispose() => Remove(Path);

    private static void Remove(string folder)
    {
        foreach (FileSystemInfo entry in new DirectoryInfo(folder).EnumerateFileSystemInfos())
        {
            if (entry is DirectoryInfo { LinkTarget: null })
            {
                Remove(entry.FullName);
            }
            else
            {
                DurableFile.Delete(entry.FullName);
            }
        }

        DurableFile.DeleteEmptyDirectory(folder);
    }
}
