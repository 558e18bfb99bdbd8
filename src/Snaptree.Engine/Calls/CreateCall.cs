using Snaptree.Formats;
using Snaptree.Model;

namespace Snaptree.Engine;

/// <summary><c>virDomainSnapshotCreateXML</c>: from document and flags to a request, by the rules of libvirt's QEMU driver.</summary>
internal sealed class CreateCall(EngineParts parts, SnapshotService service, TimeProvider time)
{
    private const string Call = "DomainSnapshotCreateXML";

    internal async Task<SnapshotHandle> CreateXmlAsync(
        DomainHandle handle, DomainRecord domain, string xml, SnapshotCreateFlags flags, IProgress<OperationProgress> progress,
        CancellationToken cancellationToken)
    {
        RefuseUnfit(flags);
        var wish = new CreateWish(flags, time.GetUtcNow());
        var request = await service.CreateAsync(domain.Uuid.ToString(), view => wish.RequestOf(xml, view), progress, cancellationToken);
        return new SnapshotHandle(handle, request.Value);
    }

    private void RefuseUnfit(SnapshotCreateFlags flags)
    {
        const string Prefix = "VIR_DOMAIN_SNAPSHOT_CREATE_";
        CallFlags.RefuseAlone(
            flags.HasFlag(SnapshotCreateFlags.Current) && !flags.HasFlag(SnapshotCreateFlags.Redefine), Prefix + "REDEFINE", Prefix + "CURRENT", Call);
        CallFlags.RefuseBoth(
            flags.HasFlag(SnapshotCreateFlags.Redefine | SnapshotCreateFlags.NoMetadata), Prefix + "REDEFINE", Prefix + "NO_METADATA", Call);
        CallFlags.RefuseBoth(flags.HasFlag(SnapshotCreateFlags.Redefine | SnapshotCreateFlags.Halt), Prefix + "REDEFINE", Prefix + "HALT", Call);
        CallFlags.RefuseUnknown(parts.Driver.Capabilities, (uint)flags, (uint)parts.Driver.Capabilities.CreateFlags, Call);
        CallFlags.RefuseAlone(
            flags.HasFlag(SnapshotCreateFlags.Quiesce) && !flags.HasFlag(SnapshotCreateFlags.DiskOnly), Prefix + "DISK_ONLY", Prefix + "QUIESCE", Call);
        CallFlags.RefuseBoth(flags.HasFlag(SnapshotCreateFlags.Live | SnapshotCreateFlags.Redefine), Prefix + "LIVE", Prefix + "REDEFINE", Call);
    }
}
