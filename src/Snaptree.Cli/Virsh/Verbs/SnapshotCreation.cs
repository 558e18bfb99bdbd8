using Snaptree.Engine;
using Snaptree.Model;

namespace Snaptree.Cli.Virsh;

/// <summary>What <c>snapshot-create</c> and <c>snapshot-create-as</c> share: the options that become flags, and virsh's second tries.</summary>
internal static class SnapshotCreation
{
    private const string Function = "virDomainSnapshotCreateXML";

    public static readonly VirshOption NoMetadata = VirshOption.Flag("no-metadata", "take the snapshot and remember nothing of it");
    public static readonly VirshOption Halt = VirshOption.Flag("halt", "shut the domain off after the snapshot");
    public static readonly VirshOption DiskOnly = VirshOption.Flag("disk-only", "leave memory out");
    public static readonly VirshOption ReuseExternal = VirshOption.Flag("reuse-external", "use overlays that exist already");
    public static readonly VirshOption Quiesce = VirshOption.Flag("quiesce", "freeze the guest's file systems meanwhile");
    public static readonly VirshOption Atomic = VirshOption.Flag("atomic", "all disks or none");
    public static readonly VirshOption Live = VirshOption.Flag("live", "let the guest run meanwhile");
    public static readonly VirshOption Validate = VirshOption.Flag("validate", "the XML must fit the schema");

    public static SnapshotCreateFlags FlagsOf(VirshCall call) =>
        call.When(NoMetadata, SnapshotCreateFlags.NoMetadata) | call.When(Halt, SnapshotCreateFlags.Halt)
        | call.When(DiskOnly, SnapshotCreateFlags.DiskOnly) | call.When(ReuseExternal, SnapshotCreateFlags.ReuseExternal)
        | call.When(Quiesce, SnapshotCreateFlags.Quiesce) | call.When(Atomic, SnapshotCreateFlags.Atomic)
        | call.When(Live, SnapshotCreateFlags.Live) | call.When(Validate, SnapshotCreateFlags.Validate);

    /// <param name="from">The file that the document was read from; null when it was made.</param>
    public static async Task CreateAsync(
        VirshCall call, DomainHandle domain, string xml, SnapshotCreateFlags flags, string? from, CancellationToken cancellationToken)
    {
        var snapshots = call.Connection.Changing(Function).Snapshots;
        SnapshotHandle created;
        try
        {
            created = await snapshots.CreateXmlAsync(domain, xml, flags, NoProgress.Instance, cancellationToken);
        }
        catch (SnapshotException error) when (error.Code == ErrorCode.NoSupport && from is null && flags.HasFlag(SnapshotCreateFlags.Validate))
        {
            created = await snapshots.CreateXmlAsync(domain, xml, flags & ~SnapshotCreateFlags.Validate, NoProgress.Instance, cancellationToken);
        }
        catch (SnapshotException error) when (error.Code == ErrorCode.InvalidArgument && flags.HasFlag(SnapshotCreateFlags.Halt))
        {
            created = await CreateThenEndAsync(call, domain, xml, flags & ~SnapshotCreateFlags.Halt, cancellationToken);
        }

        call.Output.Extra(from is null ? $"Domain snapshot {created.Name} created" : $"Domain snapshot {created.Name} created from '{from}'");
    }

    /// <summary>What virsh does for servers that do not know the flag.</summary>
    private static async Task<SnapshotHandle> CreateThenEndAsync(
        VirshCall call, DomainHandle domain, string xml, SnapshotCreateFlags flags, CancellationToken cancellationToken)
    {
        var info = await call.Domains.GetInfoAsync(domain, cancellationToken);
        if (!info.IsPersistent)
        {
            throw new VirshFailureException("cannot halt after snapshot of transient domain");
        }

        var created = await call.Snapshots.CreateXmlAsync(domain, xml, flags, NoProgress.Instance, cancellationToken);
        if (info.State.IsActive())
        {
            await call.Domains.DestroyAsync(domain, DomainDestroyFlags.None, NoProgress.Instance, cancellationToken);
        }

        return created;
    }
}
