using Snaptree.Model;

namespace Snaptree.Formats;

/// <summary>The words of <c>domainsnapshot/state</c>.</summary>
public static class SnapshotStates
{
    public static string ToText(SnapshotState state) => state switch
    {
        SnapshotState.NoState => "nostate",
        SnapshotState.Running => "running",
        SnapshotState.Blocked => "blocked",
        SnapshotState.Paused => "paused",
        SnapshotState.Shutdown => "shutdown",
        SnapshotState.Shutoff => "shutoff",
        SnapshotState.Crashed => "crashed",
        SnapshotState.PmSuspended => "pmsuspended",
        SnapshotState.DiskSnapshot => "disk-snapshot",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, null),
    };

    /// <exception cref="SnapshotException"><see cref="ErrorCode.ConfigUnsupported"/> when the text is no state.</exception>
    public static SnapshotState Parse(string text) => text switch
    {
        "nostate" => SnapshotState.NoState,
        "running" => SnapshotState.Running,
        "blocked" => SnapshotState.Blocked,
        "paused" => SnapshotState.Paused,
        "shutdown" => SnapshotState.Shutdown,
        "shutoff" => SnapshotState.Shutoff,
        "crashed" => SnapshotState.Crashed,
        "pmsuspended" => SnapshotState.PmSuspended,
        "disk-snapshot" => SnapshotState.DiskSnapshot,
        _ => throw Unknown(text),
    };

    internal static SnapshotException Unknown(string text) => XmlErrors.Unsupported(
        $"Invalid state '{text}' in domain snapshot XML",
        "Write running, blocked, paused, shutdown, shutoff, crashed, pmsuspended or disk-snapshot.");
}
