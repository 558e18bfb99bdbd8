using System.Globalization;
using System.Text;
using Snaptree.Platform;

namespace Snaptree.Drivers.Qemu;

/// <summary>
/// The trace of a freeze: a file beside the agent's socket, there from before the guest is asked to freeze until it is known to be thawed.
/// So a thaw after a crash needs no memory of ours, and a guest that was never frozen needs no agent to be sure of it. It names the guard.
/// </summary>
internal sealed record FreezeMark(string Socket)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private string Path => $"{Socket}.frozen";

    internal bool Exists => File.Exists(Path);

    /// <param name="guard">The process that thaws when we cannot; null when there is none.</param>
    internal Task SetAsync(ProcessIdentity? guard, CancellationToken cancellationToken)
    {
        var text = guard is null ? "" : string.Create(CultureInfo.InvariantCulture, $"{guard.Pid} {guard.StartTicks}");
        return DurableFile.WriteAtomicAsync(Path, Encoding.ASCII.GetBytes(text), OwnerOnly, cancellationToken);
    }

    internal void Clear() => DurableFile.Delete(Path);

    internal ProcessIdentity? ReadGuard()
    {
        try
        {
            return File.ReadAllText(Path).Split(' ') is [var pid, var ticks] && int.TryParse(pid, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                && long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out var start) ? new ProcessIdentity(id, start) : null;
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }
}
