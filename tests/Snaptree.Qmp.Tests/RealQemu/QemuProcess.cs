using System.Diagnostics;

namespace Snaptree.Qmp.Tests.RealQemu;

/// <summary>A real QEMU without a machine, which serves QMP on a socket in a folder of its own. Killed and removed at the end.</summary>
internal sealed class QemuProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("qemu-");
    private readonly Process _process;

    private QemuProcess() => _process = Process.Start(new ProcessStartInfo("qemu-system-x86_64")
    {
        ArgumentList =
        {
            "-machine", "none", "-nodefaults", "-display", "none",
            "-qmp", $"unix:{SocketPath},server=on,wait=off",
            // A second monitor on standard output: its greeting tells that the socket is being served.
            "-qmp", "stdio",
        },
        RedirectStandardOutput = true,
        RedirectStandardInput = true,
    }) ?? throw new InvalidOperationException("QEMU was not started.");

    public string Folder => _folder.FullName;

    public string SocketPath => Path.Combine(Folder, "qmp.sock");

    public static async Task<QemuProcess> StartAsync()
    {
        var qemu = new QemuProcess();
        using var limit = new CancellationTokenSource(Patience);
        var ready = await qemu._process.StandardOutput.ReadLineAsync(limit.Token);
        if (ready is not null) return qemu;
        await qemu.DisposeAsync();
        throw new InvalidOperationException("QEMU ended before it was ready; see its messages on standard error.");
    }

    /// <summary>The files that the process has open, as the kernel tells.</summary>
    public IReadOnlyList<string> OpenFiles() =>
        [.. Directory.EnumerateFileSystemEntries($"/proc/{_process.Id}/fd").Select(static link => new FileInfo(link).LinkTarget ?? "")];

    /// <summary>SIGKILL.</summary>
    public void Kill() => _process.Kill();

    /// <summary>The exit code, when QEMU has ended by itself.</summary>
    public async Task<int> ExitAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        await _process.WaitForExitAsync(limit.Token);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await ExitAsync();
        _process.Dispose();
        _folder.Delete(recursive: true);
    }
}
