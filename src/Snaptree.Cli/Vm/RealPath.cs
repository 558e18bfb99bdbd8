using Snaptree.Model;

namespace Snaptree.Cli.Vm;

/// <summary>Paths as the file system has them: absolute, without symbolic links, so that equal paths mean equal files.</summary>
internal static class RealPath
{
    /// <summary>As many as Linux itself follows.</summary>
    private const int MostLinks = 40;

    /// <exception cref="SnapshotException">The links lead in a circle.</exception>
    public static string Of(string path, string currentDirectory)
    {
        var open = new Stack<string>(Parts(Path.GetFullPath(path, currentDirectory)));
        var done = "/";
        var links = 0;
        while (open.TryPop(out var part))
        {
            if (part == "..")
            {
                done = Path.GetDirectoryName(done) ?? "/";
                continue;
            }

            var next = Path.Combine(done, part);
            if (new FileInfo(next).LinkTarget is not { } target)
            {
                done = next;
                continue;
            }

            RefuseCircle(path, ++links);
            done = target.StartsWith('/') ? "/" : done;
            foreach (var piece in Parts(target))
            {
                open.Push(piece);
            }
        }

        return done;
    }

    private static void RefuseCircle(string path, int links)
    {
        if (links > MostLinks)
        {
            throw new SnapshotException(ErrorCode.InvalidArgument, $"the symbolic links of {path} lead in a circle", "Give the path of the file itself.");
        }
    }

    /// <summary>The last part first, as a stack wants them.</summary>
    private static IEnumerable<string> Parts(string path) =>
        path.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(part => part != ".").Reverse();
}
