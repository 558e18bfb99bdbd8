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
        var (parts, whyNotKvm, store) = OpenParts(settings);
        return Assemble(parts, settings, whyNotKvm, store);
    }

    /// <summary>The engine over given parts.</summary>
    public static CommandHost Assemble(
        EngineParts parts, EngineSettings settings, Func<CancellationToken, Task<string?>> whyNotKvm, IDisposable store)
    {
        var runner = new OperationRunner(parts, settings.Points, settings.Time);
        var gatherer = new FactGatherer(parts, settings);
        var sessions = new DomainSessions(parts, new DomainLocks(settings), runner);
        return new CommandHost(
            new SnapshotService(parts, sessions, gatherer, runner),
            new DomainService(parts, sessions, gatherer, runner),
            parts.Catalogue,
            sessions,
            settings,
            whyNotKvm,
            store);
    }

    private static (EngineParts Parts, Func<CancellationToken, Task<string?>> WhyNotKvm, IDisposable Store) OpenParts(EngineSettings settings) =>
        throw new NotSupportedException($"no hypervisor driver is built in yet (state directory {settings.StateDirectory})");
}
