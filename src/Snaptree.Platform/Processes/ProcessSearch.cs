using System.Globalization;
using System.Text;

namespace Snaptree.Platform;

/// <summary>Recognises processes by what they were started with.</summary>
public static class ProcessSearch
{
    /// <summary>Stands in the environment of every program that we run and wait for, so that it is known as ours when we are killed.</summary>
    internal const string OursVariable = "SNAPTREE_TOOL";

    /// <summary>
    /// Programs that some process of ours ran to their end, that still run, and that have one of <paramref name="arguments"/> as an
    /// argument. Those of other accounts are not seen unless we are root. Looks at every process: slow.
    /// </summary>
    public static IReadOnlyList<ProcessIdentity> FindOurs(IReadOnlySet<string> arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        return
        [
            .. Pids().Where(pid => ReadWords(pid, "cmdline").Any(arguments.Contains) && ReadWords(pid, "environ").Contains($"{OursVariable}=1"))
                .Select(ProcessIdentity.Find)
                .OfType<ProcessIdentity>(),
        ];
    }

    /// <summary>True when <paramref name="text"/> stands in one of the process's arguments.</summary>
    public static bool HasArgument(this ProcessIdentity process, string text)
    {
        ArgumentNullException.ThrowIfNull(process);
        return ReadCommandLine(process.Pid)?.Contains(text, StringComparison.Ordinal) == true;
    }

    /// <summary>The living process that has <paramref name="text"/> in an argument; null when there is none. Looks at every process: slow.</summary>
    public static ProcessIdentity? FindByArgument(string text) =>
        Pids().Where(pid => ReadCommandLine(pid)?.Contains(text, StringComparison.Ordinal) == true)
            .Select(ProcessIdentity.Find)
            .FirstOrDefault(process => process is not null);

    private static IEnumerable<int> Pids() =>
        Directory.EnumerateDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : 0)
            .Where(pid => pid > 0 && pid != Environment.ProcessId);

    private static string[] ReadWords(int pid, string file) => Read(pid, file)?.Split('\0') ?? [];

    private static string? ReadCommandLine(int pid) => Read(pid, "cmdline");

    private static string? Read(int pid, string file)
    {
        try
        {
            return Encoding.UTF8.GetString(File.ReadAllBytes($"/proc/{pid}/{file}"));
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException
            || (error is IOException && error.HResult == Errno.NoSuchProcess))
        {
            return null;
        }
    }
}
