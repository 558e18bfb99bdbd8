using Snaptree.Model;
using Snaptree.Platform;

namespace Snaptree.Drivers.Qemu;

/// <summary>
/// The sockets that a definition names are symbolic links to those of the process that runs the domain. So two processes can be up at
/// once during a revert, and the change-over is one atomic rename.
/// </summary>
internal static class NamedSockets
{
    /// <exception cref="SnapshotException"><see cref="ErrorCode.System"/> when something else stands at the path.</exception>
    internal static void Present(DomainSpec domain, QemuInstance instance)
    {
        var serials = domain.Definition.Serials.Select((serial, port) => (serial.SocketPath, Socket: instance.SerialSocket(port)));
        foreach (var (named, socket) in serials.Append((domain.Definition.Agent?.SocketPath, instance.AgentSocket)))
        {
            if (named is { } path)
            {
                Present(domain, path, socket);
            }
        }
    }

    private static void Present(DomainSpec domain, string path, string socket)
    {
        if (File.Exists(path) && File.ResolveLinkTarget(path, returnFinalTarget: false) is null && FileFacts.Read(path)?.Kind != FileKind.Socket)
        {
            throw new SnapshotException(
                ErrorCode.System, $"{path} exists and is no socket", "Move it away, or let the definition name another path.")
            { Domain = domain.Name };
        }

        DurableFile.ReplaceSymbolicLink(path, socket);
    }
}
