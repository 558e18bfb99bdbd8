using System.Collections.Immutable;

namespace Snaptree.Drivers.Qemu;

/// <summary>Where the driver keeps its runtime things, and how long it waits.</summary>
/// <param name="RuntimeDirectory">Sockets and pid files, a folder per process.</param>
/// <param name="StateDirectory">Logs of the hypervisor, a folder per domain.</param>
public sealed record QemuSettings(string RuntimeDirectory, string StateDirectory, TimeProvider Time)
{
    public string Emulator { get; init; } = "qemu-system-x86_64";

    public string ImageTool { get; init; } = "qemu-img";

    /// <summary>For a process to answer after its start, and to end after being asked.</summary>
    public TimeSpan ProcessDeadline { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A job, a save or a load that makes no progress for this long has failed.</summary>
    public TimeSpan StallDeadline { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>For the guest's agent to answer a question.</summary>
    public TimeSpan AgentDeadline { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>For the guest to write out what it has in memory and hold still.</summary>
    public TimeSpan FreezeDeadline { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How a process is started that thaws the guest when we cannot; null for none.</summary>
    public ThawGuardCommand? ThawGuard { get; init; }

    /// <summary>The guard thaws after this time, whatever we do.</summary>
    public TimeSpan ThawGuardDeadline { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Between two looks at something that sends no event we can rely on.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromMilliseconds(10);
}

/// <summary>A program that runs <see cref="ThawGuard"/> with the words that follow its own arguments: SOCKET PID START-TICKS SECONDS.</summary>
public sealed record ThawGuardCommand(string Program, ImmutableArray<string> Arguments);
