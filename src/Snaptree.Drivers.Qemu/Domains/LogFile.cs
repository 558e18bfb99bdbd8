using System.Text;

namespace Snaptree.Drivers.Qemu;

internal static class LogFile
{
    private const int MostBytes = 16 * 1024;

    /// <summary>What was written since the file had <paramref name="offset"/> bytes; the end of it when that is much.</summary>
    internal static string ReadFrom(string path, long offset)
    {
        if (!File.Exists(path))
        {
            return "";
        }

        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var length = RandomAccess.GetLength(file);
        var start = Math.Max(offset, length - MostBytes);
        var bytes = new byte[Math.Max(0, length - start)];
        var count = RandomAccess.Read(file, bytes, start);
        return Encoding.UTF8.GetString(bytes, 0, count);
    }
}
