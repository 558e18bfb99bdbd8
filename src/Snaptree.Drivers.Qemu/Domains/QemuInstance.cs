using Snaptree.Model;
using Snaptree.Platform;

namespace Snaptree.Drivers.Qemu;

/// <summary>
/// The runtime names of one QEMU process, all derived from domain and instance, and the process itself as found by them. QEMU writes
/// its pid file itself and removes it when it ends in an orderly way: one that names a dead process tells of a crash.
/// </summary>
internal sealed class QemuInstance
{
    /// <summary>Longest path of a unix socket on Linux, without the closing zero.</summary>
    private const int SocketPathBytes = 107;

    internal QemuInstance(QemuSettings settings, DomainDefinition domain, InstanceId instance)
    {
        DomainFolder = $"{settings.RuntimeDirectory}/{domain.Uuid}";
        Folder = $"{DomainFolder}/{instance}";
        LogPath = $"{settings.StateDirectory}/domains/{domain.Uuid}/qemu.log";
        if (System.Text.Encoding.UTF8.GetByteCount(SerialSocket(99)) > SocketPathBytes)
        {
            throw new SnapshotException(
                ErrorCode.System,
                $"the runtime folder {settings.RuntimeDirectory} is too long a path for unix sockets",
                "Set SNAPTREE_HOME or XDG_RUNTIME_DIR to a shorter path.");
        }
    }

    internal string DomainFolder { get; }

    internal string Folder { get; }

    internal string LogPath { get; }

    /// <summary>For operations, one client at a time: whoever holds the domain's lock.</summary>
    internal string OperationSocket => $"{Folder}/ops";

    /// <summary>For looking; never held longer than a look takes.</summary>
    internal string WatchSocket => $"{Folder}/watch";

    internal string PidFile => $"{Folder}/pid";

    internal string SerialSocket(int port) => $"{Folder}/serial{port}";

    /// <summary>The port of the guest's agent; QEMU serves one client at a time.</summary>
    internal string AgentSocket => $"{Folder}/agent";

    /// <summary>What the process says that thaws the guest when we cannot.</summary>
    internal string ThawGuardLog => $"{Folder}/thaw-guard.log";

    /// <summary>The living process; null when there is none.</summary>
    internal ProcessIdentity? FindProcess()
    {
        if (!Directory.Exists(Folder))
        {
            return null;
        }

        // A process that has not come as far as writing its pid file is recognised by the socket among its arguments.
        var found = ReadPid() is { } pid ? ProcessIdentity.Find(pid) : ProcessSearch.FindByArgument(OperationSocket);
        return found is { IsAlive: true } && found.HasArgument(OperationSocket) ? found : null;
    }

    internal ShutoffReason ReasonOfEnd() =>
        !Directory.Exists(Folder) ? ShutoffReason.Unknown
        : File.Exists(PidFile) ? ShutoffReason.Crashed
        : ShutoffReason.Shutdown;

    internal void RemoveFolder()
    {
        if (!Directory.Exists(Folder))
        {
            return;
        }

        foreach (var file in Directory.EnumerateFiles(Folder))
        {
            DurableFile.Delete(file);
        }

        DurableFile.DeleteEmptyDirectory(Folder);
        if (!Directory.EnumerateFileSystemEntries(DomainFolder).Any())
        {
            DurableFile.DeleteEmptyDirectory(DomainFolder);
        }
    }

    private int? ReadPid()
    {
        try
        {
            return int.TryParse(File.ReadAllText(PidFile).Trim(), out var pid) ? pid : null;
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }
}
