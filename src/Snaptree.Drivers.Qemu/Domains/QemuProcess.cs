using System.Text.Json.Nodes;
using Snaptree.Model;
using Snaptree.Platform;
using Snaptree.Qmp;

namespace Snaptree.Drivers.Qemu;

/// <inheritdoc cref="IDomainProcess"/>
internal sealed class QemuProcess(QemuSettings settings, QemuConnections connections, IDetachedProcessLauncher launcher) : IDomainProcess
{
    private const UnixFileMode OwnerFolder = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private static readonly TimeSpan QuitDeadline = TimeSpan.FromSeconds(5);

    public async Task LaunchAsync(DomainSpec domain, LaunchRequest request, CancellationToken cancellationToken)
    {
        var spec = domain with { Instance = request.Instance };
        var instance = connections.Instance(spec);
        await EndAsync(spec, instance);
        var memory = request.MemoryPath is { } path ? MemoryImageHeader.Read(path) ?? throw MemoryImageHeader.Damaged(path, "it is not there") : null;
        var arguments = QemuCommandLine.Build(spec, instance, ImageReader.Read(spec, []), memory);
        try
        {
            await StartAsync(spec, instance, arguments, cancellationToken);
            if (memory is not null)
            {
                await IncomingMemory.LoadAsync(settings, connections, spec, memory, cancellationToken);
            }
        }
        catch
        {
            await EndAsync(spec, instance);
            throw;
        }
    }

    public Task PresentAsync(DomainSpec domain, CancellationToken cancellationToken)
    {
        NamedSockets.Present(domain, connections.Instance(domain));
        return Task.CompletedTask;
    }

    public Task ResumeAsync(DomainSpec domain, CancellationToken cancellationToken) =>
        connections.OperateAsync(
            domain, "let the guest go on", qmp => qmp.ExecuteAsync("cont", ct: cancellationToken), cancellationToken);

    public Task PauseAsync(DomainSpec domain, CancellationToken cancellationToken) =>
        connections.OperateAsync(domain, "pause the guest", qmp => qmp.ExecuteAsync("stop", ct: cancellationToken), cancellationToken);

    public Task ResetAsync(DomainSpec domain, CancellationToken cancellationToken) =>
        connections.OperateAsync(
            domain, "press the reset button", qmp => qmp.ExecuteAsync("system_reset", ct: cancellationToken), cancellationToken);

    public Task RequestShutdownAsync(DomainSpec domain, CancellationToken cancellationToken) =>
        connections.OperateAsync(
            domain, "press the power button", qmp => qmp.ExecuteAsync("system_powerdown", ct: cancellationToken), cancellationToken);

    public Task DestroyAsync(DomainSpec domain, CancellationToken cancellationToken) =>
        domain.Instance is null ? Task.CompletedTask : EndAsync(domain, connections.Instance(domain));

    private async Task StartAsync(DomainSpec domain, QemuInstance instance, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        DurableFile.CreateDirectory(instance.Folder, OwnerFolder);
        DurableFile.CreateDirectory(Path.GetDirectoryName(instance.LogPath)!, OwnerFolder);
        var logged = FileFacts.Read(instance.LogPath)?.SizeBytes ?? 0;
        try
        {
            var command = new ProcessCommand(domain.Definition.Emulator ?? settings.Emulator, arguments);
            var process = await launcher.StartAsync(command, instance.LogPath, cancellationToken);
            await WaitUntilAnsweringAsync(domain, instance, process, logged, cancellationToken);
        }
        catch (ProgramNotFoundException error)
        {
            throw QemuErrors.From(error);
        }
        catch (FileOperationException error)
        {
            throw QemuErrors.From(error, "start QEMU");
        }
    }

    private async Task WaitUntilAnsweringAsync(
        DomainSpec domain, QemuInstance instance, ProcessIdentity process, long logged, CancellationToken cancellationToken)
    {
        var started = settings.Time.GetTimestamp();
        using var timer = new PeriodicTimer(settings.PollInterval, settings.Time);
        while (!File.Exists(instance.WatchSocket) || !File.Exists(instance.PidFile))
        {
            if (!process.IsAlive)
            {
                throw EndedAtOnce(domain, instance, logged);
            }

            if (settings.Time.GetElapsedTime(started) > settings.ProcessDeadline)
            {
                throw new SnapshotException(
                    ErrorCode.OperationTimeout, $"QEMU was started for '{domain.Name}' but does not answer", $"See {instance.LogPath}.")
                { Domain = domain.Name };
            }

            await timer.WaitForNextTickAsync(cancellationToken);
        }

        try
        {
            await connections.OperateAsync(
                domain, "start", qmp => qmp.ExecuteAsync("query-status", ct: cancellationToken), cancellationToken);
        }
        catch (SnapshotException) when (!process.IsAlive)
        {
            throw EndedAtOnce(domain, instance, logged);
        }
    }

    private static SnapshotException EndedAtOnce(DomainSpec domain, QemuInstance instance, long logged)
    {
        var words = LogFile.ReadFrom(instance.LogPath, logged);
        return new SnapshotException(
            ErrorCode.OperationFailed,
            $"QEMU ended at once when started for '{domain.Name}': {words.Trim().Split('\n')[0]}",
            "See what QEMU says; nothing is left running.")
        {
            Domain = domain.Name,
            Foreign = new ForeignError("QEMU", "start", words.Trim()),
        };
    }

    /// <summary>Asks first, so that images are closed in order; a process that does not end in time is killed.</summary>
    private async Task EndAsync(DomainSpec domain, QemuInstance instance)
    {
        if (instance.FindProcess() is { } process)
        {
            await AskToQuitAsync(domain);
            if (!await process.WaitForExitAsync(QuitDeadline, CancellationToken.None)
                && !await process.KillAsync(settings.ProcessDeadline, CancellationToken.None))
            {
                throw new SnapshotException(
                    ErrorCode.OperationTimeout,
                    $"the QEMU process {process.Pid} of '{domain.Name}' does not end, not even by SIGKILL",
                    "It hangs in the kernel, most often on storage; look at the storage first.")
                { Domain = domain.Name };
            }
        }

        instance.RemoveFolder();
    }

    private async Task AskToQuitAsync(DomainSpec domain)
    {
        try
        {
            await connections.OperateAsync(
                domain, "end", qmp => qmp.ExecuteAsync("quit", new JsonObject(), QuitDeadline, CancellationToken.None), CancellationToken.None);
        }
        catch (SnapshotException error) when (error.InnerException is QmpException)
        {
            // A process that cannot be asked, or that ends before it has answered, is dealt with by the caller: it waits and then kills.
        }
    }
}
