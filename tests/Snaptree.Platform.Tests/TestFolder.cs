namespace Snaptree.Platform.Tests;

/// <summary>A folder for one test, gone with it.</summary>
internal sealed class TestFolder : IDisposable
{
    private readonly string path = Directory.CreateTempSubdirectory("snaptree-platform-").FullName;

    public string this[string name] => System.IO.Path.Combine(path, name);

    public string Path => path;

    public IEnumerable<string> Names => Directory.EnumerateFileSystemEntries(path).Select(p => System.IO.Path.GetFileName(p)!).Order();

    public void Dispose() => Directory.Delete(path, recursive: true);
}

internal static class Limits
{
    /// <summary>Every test ends within this, in milliseconds.</summary>
    public const int Test = 60_000;

    public static readonly TimeSpan Wait = TimeSpan.FromSeconds(20);
}

internal static class Shell
{
    public static ProcessCommand Script(string script, params string[] arguments) =>
        new("/bin/sh", ["-c", script, "sh", .. arguments]) { Deadline = Limits.Wait };
}
