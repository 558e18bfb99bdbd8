using Snaptree.Model;

namespace Snaptree.Engine;

/// <summary>What the guest shall do after a revert.</summary>
public enum RevertTarget
{
    /// <summary>What the snapshot says; a disk snapshot means shut off.</summary>
    AsSnapshot,
    Running,
    Paused,
}

/// <summary>How to go back.</summary>
/// <param name="Force">Also where something would be lost that is not the guest's work since the current snapshot.</param>
public sealed record RevertWish(RevertTarget Target = RevertTarget.AsSnapshot, bool Force = false)
{
    /// <summary>The wish that libvirt's flags mean (<c>virDomainSnapshotRevertFlags</c>). No guest here has an NVRAM to reset.</summary>
    public static RevertWish Of(SnapshotRevertFlags flags) =>
        new(
            flags.HasFlag(SnapshotRevertFlags.Running) ? RevertTarget.Running
            : flags.HasFlag(SnapshotRevertFlags.Paused) ? RevertTarget.Paused
            : RevertTarget.AsSnapshot,
            flags.HasFlag(SnapshotRevertFlags.Force));
}
