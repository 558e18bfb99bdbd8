namespace Snaptree.Engine;

/// <summary>libvirt's calls over the engine, for whoever speaks libvirt: the virsh verbs, the remote protocol, programs that know its API.</summary>
public sealed record LibvirtCalls(DomainCalls Domains, SnapshotCalls Snapshots, VmStateCalls VmState);
