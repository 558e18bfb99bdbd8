using Snaptree.Cli.Verbs;
using Snaptree.Drivers.Qemu;
using Snaptree.Engine;
using Snaptree.Platform;

namespace Snaptree.Cli;

/// <summary>Puts the parts together; the only place that knows which catalogue and which drivers there are.</summary>
internal static class Composition
{
    public static CommandHost Open(TimeProvider time)
    {
        var paths = SystemPaths.Current();
        var settings = new EngineSettings(paths.StateDirectory, paths.RuntimeDirectory, time);
        var processes = new ProcessRunner(time);
        var qemu = new QemuSettings(paths.RuntimeDirectory, paths.StateDirectory, time) { ThawGuard = ThawGuard() };
        var engine = SnaptreeEngine.Open(settings, new QemuDriver(qemu, processes, new DetachedProcessLauncher()));
        return new CommandHost(
            engine.Snapshots, engine.Domains, engine.Catalogue, engine.Sessions, settings,
            token => KvmProbe.WhyNotAsync(qemu, processes, token), engine);
    }

    /// <summary>This program once more: by itself, or as whatever <c>dotnet</c> was told to run.</summary>
    private static ThawGuardCommand? ThawGuard() =>
        Environment.ProcessPath is not { } program ? null
        : Path.GetFileNameWithoutExtension(program) == "dotnet"
            ? new ThawGuardCommand(program, [Path.Combine(AppContext.BaseDirectory, "snaptree.dll"), ThawGuardVerb.Name])
            : new ThawGuardCommand(program, [ThawGuardVerb.Name]);
}
