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
    Failed = 6,
    FromSnapshot = 7,
}

public static class DomainStates
{
    /// <summary>True while a hypervisor process holds the domain.</summary>
    public static bool IsActive(this DomainState state) =>
        state is DomainState.Running or DomainState.Blocked or DomainState.Paused or DomainState.Shutdown
            or DomainState.Crashed or DomainState.PmSuspended;
}
