using Snaptree.Model;

namespace Snaptree.Cli.Virsh;

/// <summary>virsh's words for states and their reasons.</summary>
internal static class StateWords
{
    private static readonly string[] Running =
    [
        "unknown", "booted", "migrated", "restored", "from snapshot", "unpaused", "migration canceled", "save canceled", "event wakeup",
        "crashed", "post-copy", "post-copy failed",
    ];

    private static readonly string[] Paused =
    [
        "unknown", "user", "migrating", "saving", "dumping", "I/O error", "watchdog", "from snapshot", "shutting down", "creating snapshot",
        "crashed", "starting up", "post-copy", "post-copy failed", "api error",
    ];

    private static readonly string[] Shutoff =
        ["unknown", "shutdown", "destroyed", "crashed", "migrated", "saved", "failed", "from snapshot", "daemon"];

    public static string Of(DomainState state) => state switch
    {
        DomainState.Running => "running",
        DomainState.Blocked => "idle",
        DomainState.Paused => "paused",
        DomainState.Shutdown => "in shutdown",
        DomainState.Shutoff => "shut off",
        DomainState.Crashed => "crashed",
        DomainState.PmSuspended => "pmsuspended",
        _ => "no state",
    };

    /// <param name="reason">libvirt's number of a reason for that state.</param>
    public static string Reason(DomainState state, int reason)
    {
        string[] words = state switch
        {
            DomainState.Running => Running,
            DomainState.Paused => Paused,
            DomainState.Shutoff => Shutoff,
            DomainState.Shutdown => ["unknown", "user"],
            DomainState.Crashed => ["unknown", "panicked"],
            _ => ["unknown"],
        };
        return reason >= 0 && reason < words.Length ? words[reason] : words[0];
    }
}
