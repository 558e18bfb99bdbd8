namespace Snaptree.Model;

/// <summary>How a snapshot is deleted, in the words of libvirt's first snapshot design; they exclude each other.</summary>
public enum DeleteMode
{
    /// <summary>The snapshots below stay, its data are folded into its neighbours (<c>VIR_DOMAIN_SNAPSHOT_DELETE_MERGE</c>).</summary>
    Merge,

    /// <summary>As <see cref="Merge"/>; on a hypervisor that cannot keep the snapshots below, those that must go, go too.</summary>
    MergeForce,

    /// <summary>Only a snapshot that nothing descends from.</summary>
    Discard,

    /// <summary>The snapshots below go with it; the guest's present state stays, whatever branch it is on.</summary>
    DiscardForce,
}
