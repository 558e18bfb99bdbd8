namespace Snaptree.Engine;

/// <summary>A domain as callers hold it (libvirt: <c>virDomainPtr</c>). The UUID says which; the name may be out of date.</summary>
public readonly record struct DomainHandle(Guid Uuid, string Name);

/// <summary>
/// A snapshot as callers hold it (libvirt: <c>virDomainSnapshotPtr</c>): by name, so that after a deletion it means whatever is called so then.
/// </summary>
public readonly record struct SnapshotHandle(DomainHandle Domain, string Name);
