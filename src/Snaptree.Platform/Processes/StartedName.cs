using System.Text;

namespace Snaptree.Platform;

/// <summary>The name under which this process was started, as its caller wrote it: a link to the program can be told from the program.</summary>
public static class StartedName
{
    private const string CommandLinePath = "/proc/self/cmdline";

    /// <summary>The first word of the command line; the program's own path when the system does not tell.</summary>
    public static string Read()
    {
        if (!File.Exists(CommandLinePath))
        {
            return Environment.ProcessPath ?? "";
        }

        byte[] line = File.ReadAllBytes(CommandLinePath);
        int end = Array.IndexOf(line, (byte)0);
        return Encoding.UTF8.GetString(line, 0, end < 0 ? line.Length : end);
    }
}
