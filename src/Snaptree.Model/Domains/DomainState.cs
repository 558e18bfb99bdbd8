namespace Snaptree.Model;

/// <summary>State of a domain, with libvirt's numbers (<c>virDomainState</c>).</summary>
public enum DomainState
{
    NoState = 0,
    Running = 1,
    Blocked = 2,
    Paused = 3,
    Shutdown = 4,
    Shutoff = 5,
    Crashed = 6,
    PmSuspended = 7,
}

/// <summary>Why a domain is shut off, with libvirt's numbers (<c>virDomainShutoffReason</c>).</summary>
public enum ShutoffReason
{
    Unknown = 0,
    Shutdown = 1,
    Destroyed = 2,

    /// <summary>The hypervisor process ended without being asked: killed from outside, or it died.</summary>
    Crashed = 3,
    Saved = 5,
    Failed = 6,
    FromSnapshot = 7,
}

/// <summary>Why a domain runs, with libvirt's numbers (<c>virDomainRunningReason</c>).</summary>
public enum RunningReason
{
    Unknown = 0,
    Booted = 1,
    Restored = 3,
    FromSnapshot = 4,
    Unpaused = 5,
}

/// <summary>Why a domain is paused, with libvirt's numbers (<c>virDomainPausedReason</c>).</summary>
public enum PausedReason
{
    Unknown = 0,
    User = 1,
    FromSnapshot = 7,
    StartingUp = 11,
}

/// <summary>
/// The state that our last deed left a domain in, and why. Says why the domain is as it is only as long as it is still in that state.
/// </summary>
/// <param name="Reason">libvirt's number of the reason, meaningful together with the state.</param>
public readonly record struct StateReason(DomainState State, int Reason)
{
    public static StateReason Of(RunningReason reason) => new(DomainState.Running, (int)reason);

    public static StateReason Of(PausedReason reason) => new(DomainState.Paused, (int)reason);

    public static StateReason Of(ShutoffReason reason) => new(DomainState.Shutoff, (int)reason);
}

public static class DomainStates
{
    /// <summary>True while a hypervisor process holds the domain.</summary>
    public static bool IsActive(this DomainState state) =>
        state is DomainState.Running or DomainState.Blocked or DomainState.Paused or DomainState.Shutdown
            or DomainState.Crashed or DomainState.PmSuspended;
}
