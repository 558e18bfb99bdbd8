using Snaptree.Engine;
using Snaptree.Model;

namespace Snaptree.Cli.Virsh;

/// <summary><c>undefine</c>, with libvirt's first design's <c>--snapshots-full</c>. Volumes are never deleted: there are no storage pools here.</summary>
internal static class UndefineVerb
{
    private static readonly VirshOption ManagedSave = VirshOption.Flag("managed-save", "remove its managed save too");
    private static readonly VirshOption Storage = VirshOption.Text("storage", "volumes to remove; none can be");
    private static readonly VirshOption AllStorage = VirshOption.Flag("remove-all-storage", "remove all volumes; none can be");
    private static readonly VirshOption StorageSnapshots = VirshOption.Flag("delete-storage-volume-snapshots", "with --remove-all-storage");
    private static readonly VirshOption Wipe = VirshOption.Flag("wipe-storage", "with --storage or --remove-all-storage");
    private static readonly VirshOption SnapshotsMetadata = VirshOption.Flag("snapshots-metadata", "forget its snapshots too");
    private static readonly VirshOption SnapshotsFull = VirshOption.Flag("snapshots-full", "delete its snapshots too, with their data");
    private static readonly VirshOption CheckpointsMetadata = VirshOption.Flag("checkpoints-metadata", "forget its checkpoints too");
    private static readonly VirshOption Nvram = VirshOption.Flag("nvram", "remove its NVRAM");
    private static readonly VirshOption KeepNvram = VirshOption.Flag("keep-nvram", "keep its NVRAM");
    private static readonly VirshOption Tpm = VirshOption.Flag("tpm", "remove the state of its TPM");
    private static readonly VirshOption KeepTpm = VirshOption.Flag("keep-tpm", "keep the state of its TPM");

    public static VirshVerb Build() => new(
        "undefine", VirshGroup.Domain, "undefine a domain",
        [
            Targets.Domain, ManagedSave, Storage, AllStorage, StorageSnapshots, Wipe, SnapshotsMetadata, CheckpointsMetadata, Nvram, KeepNvram,
            Tpm, KeepTpm, SnapshotsFull,
        ],
        RunAsync)
    { Description = "Forget an inactive domain; its images stay." };

    private static async Task RunAsync(VirshCall call, CancellationToken cancellationToken)
    {
        RefuseContradictions(call);
        var domain = await Targets.DomainAsync(call, cancellationToken);
        var info = await call.Domains.GetInfoAsync(domain, cancellationToken);
        RefuseStorage(call, info);
        RefuseManagedSave(call, domain, info);
        await VirshCall.OrFailAsync(
            $"Failed to undefine domain '{Targets.Named(call)}'",
            () => call.Connection.Changing("virDomainUndefineFlags").Domains.UndefineAsync(
                domain, FlagsOf(call, domain, info), NoProgress.Instance, cancellationToken));
        call.Output.Extra($"Domain '{Targets.Named(call)}' has been undefined\n");
    }

    private static void RefuseContradictions(VirshCall call)
    {
        if (call.Has(StorageSnapshots) && !call.Has(AllStorage))
        {
            throw new VirshFailureException("Option --remove-all-storage is required by option --delete-storage-volume-snapshots");
        }

        call.Exclude(Nvram, KeepNvram);
        call.Exclude(Tpm, KeepTpm);
        if (call.Has(Wipe) && !call.Has(Storage) && !call.Has(AllStorage))
        {
            throw new VirshFailureException("'--wipe-storage' requires '--storage <string>' or '--remove-all-storage'");
        }
    }

    private static void RefuseStorage(VirshCall call, DomainInfo info)
    {
        if (!call.Has(Storage) && !call.Has(AllStorage))
        {
            return;
        }

        throw new VirshFailureException(
            info.State.IsActive() ? "Storage volume deletion is supported only on stopped domains"
            : call.Has(Storage) && call.Has(AllStorage) ? "Specified both --storage and --remove-all-storage"
            : "Storage volumes are not managed here. Remove them manually.");
    }

    /// <summary>virsh's own look at it, which it leaves to the library as soon as there are snapshots or the NVRAM is named.</summary>
    private static void RefuseManagedSave(VirshCall call, DomainHandle domain, DomainInfo info)
    {
        if (info.HasManagedSave && !call.Has(ManagedSave) && !call.Has(Nvram) && call.Snapshots.Count(domain, SnapshotListFlags.None) == 0)
        {
            throw new VirshFailureException("Refusing to undefine while domain managed save image exists");
        }
    }

    /// <summary>Bits for what the domain does not have are left out, so that no server needs to know them.</summary>
    private static DomainUndefineFlags FlagsOf(VirshCall call, DomainHandle domain, DomainInfo info)
    {
        var saved = info.HasManagedSave ? call.When(ManagedSave, DomainUndefineFlags.ManagedSave) : DomainUndefineFlags.None;
        var snapshots = call.Snapshots.Count(domain, SnapshotListFlags.None) > 0
            ? call.When(SnapshotsMetadata, DomainUndefineFlags.SnapshotsMetadata) | call.When(SnapshotsFull, DomainUndefineFlags.SnapshotsFull)
            : DomainUndefineFlags.None;
        return saved | snapshots | call.When(CheckpointsMetadata, DomainUndefineFlags.CheckpointsMetadata)
            | call.When(Nvram, DomainUndefineFlags.Nvram) | call.When(KeepNvram, DomainUndefineFlags.KeepNvram)
            | call.When(Tpm, DomainUndefineFlags.Tpm) | call.When(KeepTpm, DomainUndefineFlags.KeepTpm);
    }
}
