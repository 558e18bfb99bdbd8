using System.ComponentModel;
using System.Diagnostics;
using Snaptree.Platform;
using Snaptree.TestKit;

namespace Snaptree.Bench;

/// <summary>
/// A libvirtd in session mode with folders of its own. Root is always the system daemon to libvirt, so under root it runs as nobody.
/// </summary>
internal sealed class PrivateLibvirt : IAsyncDisposable
{
    private const string Nobody = "65534";
    private static readonly TimeSpan FillLimit = TimeSpan.FromMinutes(20);
    private readonly ProcessRunner runner = new(TimeProvider.System);
    private readonly string folder = Directory.CreateTempSubdirectory("libvirt").FullName;
    private Process? daemon;
    private int domains;

    public string? WhyNot { get; private set; }

    private string[] Prefix =>
    [
        $"HOME={folder}", $"XDG_RUNTIME_DIR={folder}", $"XDG_CONFIG_HOME={folder}/config", $"XDG_CACHE_HOME={folder}/cache", $"XDG_DATA_HOME={folder}/data",
        .. Environment.IsPrivilegedProcess ? (string[])["setpriv", $"--reuid={Nobody}", $"--regid={Nobody}", "--clear-groups"] : [],
    ];

    public static async Task<PrivateLibvirt> StartAsync(GuestImage image, CancellationToken cancellationToken)
    {
        var libvirt = new PrivateLibvirt();
        try
        {
            File.Copy(image.Kernel, $"{libvirt.folder}/kernel");
            File.Copy(image.Initrd, $"{libvirt.folder}/initrd");
            await libvirt.HandOverAsync(cancellationToken);
            libvirt.daemon = Process.Start(new ProcessStartInfo("env", [.. libvirt.Prefix, "libvirtd"]) { RedirectStandardError = true });
            libvirt.daemon!.ErrorDataReceived += (_, _) => { };
            libvirt.daemon.BeginErrorReadLine();
            await libvirt.WaitAsync(cancellationToken);
        }
        catch (Exception error) when (error is NotMeasuredException or ExternalCommandException or Win32Exception)
        {
            libvirt.WhyNot = error.Message;
        }

        return libvirt;
    }

    public async Task<PeerSubject> StartDomainAsync(int memoryMib, CancellationToken cancellationToken)
    {
        var room = $"{folder}/vm{++domains}";
        Directory.CreateDirectory(room);
        foreach (var disk in (string[])["a", "b"])
        {
            await ToolAsync("qemu-img", ["create", "-q", "-f", "qcow2", $"{room}/{disk}.qcow2", "128M"], cancellationToken);
        }

        var guest = new LabGuest($"{folder}/kernel", $"{folder}/initrd", GuestImage.CommandLine, $"{room}/console.log", $"{room}/guest", memoryMib);
        var xml = LabDomains.Write($"vm{domains}", [new($"{room}/a.qcow2"), new($"{room}/b.qcow2")], guest)
            .Replace("console.log'", "console.log' append='on'", StringComparison.Ordinal);
        await File.WriteAllTextAsync($"{room}/domain.xml", xml, cancellationToken);
        await HandOverAsync(cancellationToken);
        await VirshAsync(cancellationToken, "define", $"{room}/domain.xml");
        await VirshAsync(cancellationToken, "start", $"vm{domains}");
        return new PeerSubject(this, $"vm{domains}", room);
    }

    /// <summary>A shut off domain with that many snapshots, each the parent of the next, made of documents alone.</summary>
    /// <returns>Its name.</returns>
    /// <exception cref="NotMeasuredException">libvirt has not taken all of them.</exception>
    public async Task<string> DefineManyAsync(int count, CancellationToken cancellationToken)
    {
        var name = $"many{count}";
        var room = $"{folder}/{name}";
        Directory.CreateDirectory(room);
        await ToolAsync("qemu-img", ["create", "-q", "-f", "qcow2", $"{room}/a.qcow2", "4M"], cancellationToken);
        await File.WriteAllTextAsync($"{room}/domain.xml", LabDomains.Write(name, [new($"{room}/a.qcow2")]), cancellationToken);
        await HandOverAsync(cancellationToken);
        await VirshAsync(cancellationToken, "define", $"{room}/domain.xml");
        var document = await VirshAsync(cancellationToken, "dumpxml", name);
        for (var at = 0; at < count; at++)
        {
            await File.WriteAllTextAsync($"{room}/{at}.xml", Redefinition(at, document), cancellationToken);
        }

        await HandOverAsync(cancellationToken);
        var script = string.Concat(Enumerable.Range(0, count).Select(at => $"snapshot-create {name} {room}/{at}.xml --redefine\n"));
        var command = new ProcessCommand("env", [.. Prefix, "virsh", "-q", "-c", "qemu:///session"]) { StandardInput = script, Deadline = FillLimit };
        await runner.RunAsync(command, cancellationToken);
        var made = (await VirshAsync(cancellationToken, "snapshot-list", name, "--name")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length;
        return made == count ? name : throw new NotMeasuredException($"libvirt has taken {made} of {count} snapshots");
    }

    /// <exception cref="NotMeasuredException">virsh says no.</exception>
    public Task<string> VirshAsync(CancellationToken cancellationToken, params string[] arguments) =>
        ToolAsync("env", [.. Prefix, "virsh", "-q", "-c", "qemu:///session", .. arguments], cancellationToken);

    public ValueTask DisposeAsync()
    {
        if (daemon is { HasExited: false })
        {
            daemon.Kill();
            daemon.WaitForExit();
        }

        daemon?.Dispose();
        Directory.Delete(folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    private static string Redefinition(int number, string domain) =>
        $"""
        <domainsnapshot>
          <name>s{number}</name>
          <state>shutoff</state>
          {(number > 0 ? $"<parent><name>s{number - 1}</name></parent>" : "")}
          <creationTime>{number * 60}</creationTime>
          <memory snapshot='no'/>
          <disks><disk name='vda' snapshot='internal'/></disks>
          {domain}
        </domainsnapshot>
        """;

    private async Task WaitAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        for (var tries = 0; tries < 100 && !daemon!.HasExited; tries++)
        {
            if (File.Exists($"{folder}/libvirt/libvirt-sock"))
            {
                await VirshAsync(cancellationToken, "version");
                return;
            }

            await timer.WaitForNextTickAsync(cancellationToken);
        }

        throw new NotMeasuredException("libvirtd is not installed or does not open its socket");
    }

    private async Task HandOverAsync(CancellationToken cancellationToken)
    {
        if (Environment.IsPrivilegedProcess)
        {
            await ToolAsync("chown", ["-R", $"{Nobody}:{Nobody}", folder], cancellationToken);
        }
    }

    private async Task<string> ToolAsync(string program, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var result = await runner.RunAsync(new ProcessCommand(program, arguments), cancellationToken);
        return result.ExitCode == 0 ? result.StandardOutput : throw new NotMeasuredException(result.StandardError);
    }
}
