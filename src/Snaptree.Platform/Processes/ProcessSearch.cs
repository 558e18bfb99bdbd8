using System.Globalization;
using System.Text;

namespace Snaptree.Platform;

/// <summary>Recognises processes by what they were started with.</summary>
public static class ProcessSearch
{
    /// <summary>True when <paramref name="text"/> stands in one of the process's arguments.</summary>
    public static bool HasArgument(this ProcessIdentity process, string text)
    {
        ArgumentNullException.ThrowIfNull(process);
        return ReadCommandLine(process.Pid)?.Contains(text, StringComparison.Ordinal) == true;
    }

    /// <summary>The living process that has <paramref name="text"/> in an argument; null when there is none. Looks at every process: slow.</summary>
    public static ProcessIdentity? FindByArgument(string text) =>
        Directory.EnumerateDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : 0)
            .Where(pid => pid > 0 && pid != Environment.ProcessId && ReadCommandLine(pid)?.Contains(text, StringComparison.Ordinal) == true)
            .Select(ProcessIdentity.Find)
            .FirstOrDefault(process => process is not null);

    private static string? ReadCommandLine(int pid)
    {
        try
        {
            return Encoding.UTF8.GetString(File.ReadAllBytes($"/proc/{pid}/cmdline"));
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException
            || (error is IOException && error.HResult == Errno.NoSuchProcess))
        {
            return null;
        }
    }
}
