using Snaptree.Formats;
using Snaptree.Model;

namespace Snaptree.Engine;

/// <summary><c>virDomainSnapshotCreateXML</c>: checks of the flags, then a redefinition or a snapshot.</summary>
internal sealed class CreateCall(EngineParts parts, SnapshotService service, ISnapshotSchema schema)
{
    private const string Call = "DomainSnapshotCreateXML";

    internal async Task<SnapshotHandle> CreateXmlAsync(
        DomainHandle handle, string xml, SnapshotCreateFlags flags, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        RefuseUnfit(flags);
        if (flags.HasFlag(SnapshotCreateFlags.Validate))
        {
            SnapshotXml.Validate(xml, schema);
        }

        var domain = handle.Uuid.ToString();
        if (flags.HasFlag(SnapshotCreateFlags.Redefine))
        {
            var redefined = await service.RedefineAsync(domain, new RedefineCall(parts, xml, flags).RequestOf, progress, cancellationToken);
            return new SnapshotHandle(handle, redefined.Value);
        }

        var created = await service.CreateAsync(domain, facts => RequestOf(facts, xml, flags), progress, cancellationToken);
        return new SnapshotHandle(handle, created.Value);
    }

    /// <summary>That the name is taken is the last thing that libvirt finds.</summary>
    private CreateRequest RequestOf(PlanFacts facts, string xml, SnapshotCreateFlags flags)
    {
        var request = DocumentRequest.Of(xml, flags, facts, path => parts.Driver.Store.IsRegularFile(path.Value));
        return parts.Catalogue.FindSnapshotByName(facts.Domain.Uuid, request.Name.Value) is null
            ? request
            : throw new SnapshotException(
                ErrorCode.OperationFailed, $"domain moment {request.Name} already exists", "Choose another name; nothing was changed.")
            { Domain = facts.DomainName };
    }

    private void RefuseUnfit(SnapshotCreateFlags flags)
    {
        const string Prefix = "VIR_DOMAIN_SNAPSHOT_CREATE_";
        var capabilities = parts.Driver.Capabilities;
        var has = flags.HasFlag;
        CallFlags.RefuseAlone(has(SnapshotCreateFlags.Current) && !has(SnapshotCreateFlags.Redefine), Prefix + "REDEFINE", Prefix + "CURRENT", Call);
        CallFlags.RefuseBoth(has(SnapshotCreateFlags.Redefine | SnapshotCreateFlags.NoMetadata), Prefix + "REDEFINE", Prefix + "NO_METADATA", Call);
        CallFlags.RefuseBoth(has(SnapshotCreateFlags.Redefine | SnapshotCreateFlags.Halt), Prefix + "REDEFINE", Prefix + "HALT", Call);
        CallFlags.RefuseUnknown(capabilities, (uint)flags, (uint)capabilities.CreateFlags, Call);
        CallFlags.RefuseAlone(
            has(SnapshotCreateFlags.Quiesce) && !has(SnapshotCreateFlags.DiskOnly) && capabilities.CreateFlags.HasFlag(SnapshotCreateFlags.DiskOnly),
            Prefix + "DISK_ONLY", Prefix + "QUIESCE", Call);
        CallFlags.RefuseBoth(has(SnapshotCreateFlags.Live | SnapshotCreateFlags.Redefine), Prefix + "LIVE", Prefix + "REDEFINE", Call);
    }
}
