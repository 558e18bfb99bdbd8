using System.Diagnostics;
using System.Text.Json.Nodes;
using Snaptree.Qmp;

namespace Snaptree.TestKit.Tests;

/// <summary>A QEMU that runs the guest, without any of Snaptree above it. Killed at the end; its files belong to the caller's folder.</summary>
internal sealed class GuestMachine : IAsyncDisposable
{
    public const int MemoryMib = 96;
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process process;

    private GuestMachine(Process process, string name)
    {
        this.process = process;
        Console = new TickLog($"{name}.console");
        Channel = new GuestChannel($"{name}.guest");
    }

    public TickLog Console { get; }

    public GuestChannel Channel { get; }

    public QmpClient Qmp { get; private set; } = null!;

    /// <summary>Starts a machine whose files begin with <paramref name="name"/>, a path. Boots at once unless told to wait for a stream.</summary>
    public static async Task<GuestMachine> StartAsync(
        GuestImage image, string name, IReadOnlyList<GuestDisk> disks, string machine = "pc", bool incoming = false, CancellationToken cancellationToken = default)
    {
        string[] arguments =
        [
            "-nodefaults", "-no-user-config", "-display", "none", "-machine", $"{machine},accel=tcg", "-m", $"{MemoryMib}",
            "-qmp", $"unix:{name}.qmp,server=on,wait=off", "-qmp", "stdio", "-device", "pvpanic", "-action", "panic=pause",
            .. image.BootArguments($"{name}.console", $"{name}.guest"),
            .. disks.SelectMany(static (disk, n) => disk.Arguments(n)),
            .. incoming ? new[] { "-incoming", "defer" } : [],
        ];
        var process = Process.Start(new ProcessStartInfo("qemu-system-x86_64", arguments) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        var made = new GuestMachine(process, name);
        try
        {
            // The greeting of a second monitor tells that the sockets are being served.
            Assert.NotNull(await process.StandardOutput.ReadLineAsync(cancellationToken).AsTask().WaitAsync(Patience, cancellationToken));
            made.Qmp = await QmpClient.ConnectAsync($"{name}.qmp", new QmpClientOptions { ConnectDeadline = Patience, CommandDeadline = Patience }, cancellationToken);
            return made;
        }
        catch
        {
            await made.DisposeAsync();
            throw;
        }
    }

    /// <summary>Sends or takes the memory stream and returns when it is complete.</summary>
    public async Task MigrateAsync(string command, string uri, CancellationToken cancellationToken)
    {
        var events = new JsonObject { ["capability"] = "events", ["state"] = true };
        await Qmp.ExecuteAsync("migrate-set-capabilities", new JsonObject { ["capabilities"] = new JsonArray(events) }, ct: cancellationToken);
        using var ends = Qmp.Subscribe(static happened =>
            happened.Name == "MIGRATION" && happened.Data.GetProperty("status").GetString() is "completed" or "failed");
        await Qmp.ExecuteAsync(command, new JsonObject { ["uri"] = uri }, ct: cancellationToken);
        Assert.Equal("completed", (await ends.NextAsync(Patience, cancellationToken)).Data.GetProperty("status").GetString());
    }

    public async Task<int> ExitAsync(CancellationToken cancellationToken)
    {
        await process.WaitForExitAsync(cancellationToken).WaitAsync(Patience, cancellationToken);
        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        await Channel.DisposeAsync();
        if (Qmp is not null)
        {
            await Qmp.DisposeAsync();
        }

        if (!process.HasExited)
        {
            process.Kill();
        }

        await ExitAsync(CancellationToken.None);
        process.Dispose();
    }
}

/// <summary>A disk of a machine. QEMU's lock on it is off, so that a test can look at the image and change it under the guest.</summary>
internal sealed record GuestDisk(string Path, string Format)
{
    public IEnumerable<string> Arguments(int number) =>
    [
        "-blockdev", $"driver={Format},node-name=disk{number},file.driver=file,file.filename={Path},file.locking=off",
        "-device", $"virtio-blk-pci,drive=disk{number}",
    ];
}
