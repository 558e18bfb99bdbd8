using Snaptree.Cli.Verbs;
using Snaptree.Cli.Virsh;
using Snaptree.Drivers.Qemu;
using Snaptree.Drivers.Test;
using Snaptree.Engine;
using Snaptree.Model;
using Snaptree.Platform;

namespace Snaptree.Cli;

/// <summary>Puts the parts together; the only place that knows which catalogue and which drivers there are.</summary>
internal static class Composition
{
    private const string OwnUri = "snaptree:///";
    private const string TestUri = "test:///default";

    public static CommandHost Open(TimeProvider time)
    {
        var paths = SystemPaths.Current();
        var processes = new ProcessRunner(time);
        var qemu = QemuOf(paths, time);
        var settings = SettingsOf(paths, time);
        var engine = SnaptreeEngine.Open(settings, DriverOf(qemu, processes));
        return new CommandHost(
            engine.Snapshots, engine.Domains, engine.Catalogue, engine.Sessions, settings,
            token => KvmProbe.WhyNotAsync(qemu, processes, token), engine);
    }

    /// <summary>The hypervisor that virsh is told to connect to.</summary>
    /// <exception cref="SnapshotException"><see cref="ErrorCode.NoConnection"/>: we have no driver for that.</exception>
    public static async Task<VirshConnection> ConnectAsync(TimeProvider time, string? uri, bool isReadOnly, CancellationToken cancellationToken)
    {
        var address = uri ?? Environment.GetEnvironmentVariable("LIBVIRT_DEFAULT_URI");
        if (address == TestUri)
        {
            var test = await TestWorld.OpenAsync(time, cancellationToken);
            return new VirshConnection(TestUri, "Test", test.Engine.Calls, test, isReadOnly);
        }

        if (address is not (null or "" or OwnUri or "qemu:///system" or "qemu:///session"))
        {
            throw new SnapshotException(ErrorCode.NoConnection, address, $"Leave -c out, or say -c {OwnUri} or -c {TestUri}.");
        }

        var paths = SystemPaths.Current();
        var engine = SnaptreeEngine.Open(SettingsOf(paths, time), DriverOf(QemuOf(paths, time), new ProcessRunner(time)));
        return new VirshConnection(string.IsNullOrEmpty(address) ? OwnUri : address, "QEMU", engine.Calls, engine, isReadOnly);
    }

    private static EngineSettings SettingsOf(SystemPaths paths, TimeProvider time) => new(paths.StateDirectory, paths.RuntimeDirectory, time);

    private static QemuSettings QemuOf(SystemPaths paths, TimeProvider time) =>
        new(paths.RuntimeDirectory, paths.StateDirectory, time) { ThawGuard = ThawGuard() };

    private static QemuDriver DriverOf(QemuSettings qemu, ProcessRunner processes) => new(qemu, processes, new DetachedProcessLauncher());

    /// <summary>This program once more: by itself, or as whatever <c>dotnet</c> was told to run.</summary>
    private static ThawGuardCommand? ThawGuard() =>
        Environment.ProcessPath is not { } program ? null
        : Path.GetFileNameWithoutExtension(program) == "dotnet"
            ? new ThawGuardCommand(program, [Path.Combine(AppContext.BaseDirectory, "snaptree.dll"), ThawGuardVerb.Name])
            : new ThawGuardCommand(program, [ThawGuardVerb.Name]);

    /// <summary>What <c>test:///default</c> is: a hypervisor in memory with one running domain, gone with the connection.</summary>
    private sealed class TestWorld(SnaptreeEngine engine, TemporaryFolder folder) : IDisposable
    {
        public SnaptreeEngine Engine => engine;

        public static async Task<TestWorld> OpenAsync(TimeProvider time, CancellationToken cancellationToken)
        {
            var folder = TemporaryFolder.Create("snaptree-test-");
            var settings = new EngineSettings($"{folder.Path}/state", $"{folder.Path}/run", time);
            var engine = SnaptreeEngine.Open(settings, new TestDriver(new TestHost(new TestHostSettings(time))));
            var world = new TestWorld(engine, folder);
            var test = await engine.Calls.Domains.DefineXmlAsync(DefaultDomain.Xml, DomainDefineFlags.None, cancellationToken);
            await engine.Calls.Domains.CreateAsync(test, DomainStartFlags.None, NoProgress.Instance, cancellationToken);
            return world;
        }

        public void Dispose()
        {
            engine.Dispose();
            folder.Dispose();
        }
    }
}
