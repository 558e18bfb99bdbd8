namespace Snaptree.Model;

/// <summary>What kind of storage an image is on (libvirt's <c>disk/@type</c>). Stored: append only.</summary>
public enum StorageType
{
    File = 0,
    Block = 1,
    Network = 2,
    Nvme = 3,
    VhostUser = 4,
    VhostVdpa = 5,
}

/// <summary>
/// What a document says about the image made on top of a disk when that is more than "a qcow2 file": null members were not said.
/// </summary>
public sealed record SnapshotDiskDetails
{
    public StorageType Type { get; init; }

    /// <summary>The format as the document's word (<c>driver/@type</c>), for example <c>qed</c>; one of libvirt's format names.</summary>
    public string? Format { get; init; }

    /// <summary>Limit of the qcow2 metadata cache (<c>driver/metadata_cache/max_size</c>), in bytes.</summary>
    public long? MetadataCacheBytes { get; init; }

    /// <summary>The whole <c>source</c> element when a path alone does not say it: network images, security labels, encryption.</summary>
    public string? Source { get; init; }

    /// <summary>An earlier deletion of this disk's part did not finish (<c>snapshotDeleteInProgress</c>).</summary>
    public bool DeleteInProgress { get; init; }
}

/// <summary>The documents that a snapshot carries inside its own, each an element's text as it was given, beginning at the left margin.</summary>
/// <param name="Domain">The domain document of the snapshot's moment; null when the snapshot came without (libvirt before 0.9.5).</param>
/// <param name="InactiveDomain">The configuration for the next start, when it differed; its root is <c>inactiveDomain</c>.</param>
/// <param name="Cookie">What a hypervisor wants to remember; its root is <c>cookie</c>.</param>
public sealed record SnapshotTexts(string? Domain, string? InactiveDomain = null, string? Cookie = null)
{
    /// <summary>Images that libvirt made on top of a snapshot that is no leaf when it went back to it; the <c>revertDisks</c> element.</summary>
    public string? RevertDisks { get; init; }
}
