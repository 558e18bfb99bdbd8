using Snaptree.Engine;
using Snaptree.Model;
using Snaptree.Platform;

namespace Snaptree.Cli.Virsh;

/// <summary><c>snapshot-edit</c>: a snapshot's document in an editor; with another name in it, a copy or a renamed snapshot.</summary>
internal static class SnapshotEditVerb
{
    private static readonly VirshOption Rename = VirshOption.Flag("rename", "another name in the XML renames the snapshot");
    private static readonly VirshOption Clone = VirshOption.Flag("clone", "another name in the XML makes a copy");

    public static VirshVerb Build(IForegroundRunner programs) => new(
        "snapshot-edit", VirshGroup.Snapshot, "edit XML for a snapshot", [Targets.Domain, Targets.Snapshot, Targets.Current, Rename, Clone],
        (call, cancellationToken) => RunAsync(call, programs, cancellationToken))
    { Description = "Edit a snapshot's XML" };

    private static async Task RunAsync(VirshCall call, IForegroundRunner programs, CancellationToken cancellationToken)
    {
        call.Exclude(Rename, Clone);
        var domain = await Targets.DomainAsync(call, cancellationToken);
        var snapshot = Targets.SnapshotOf(call, domain, mayBeBoth: true);
        var becomesCurrent = call.Has(Targets.Current) && call.Has(Targets.Snapshot);
        var edited = snapshot;
        try
        {
            var editing = new EditedThing(
                () => Task.FromResult(SnapshotXmlText.Read(call, snapshot, withSecrets: true)),
                async xml => edited = await DefineAsync(call, domain, xml, becomesCurrent, cancellationToken))
            { DefinesUnchanged = becomesCurrent };
            if (!await new XmlEditor(call.Session, programs).EditAsync(editing, cancellationToken))
            {
                call.Output.Extra($"Snapshot {snapshot.Name} XML configuration not changed.\n");
                return;
            }

            await FinishAsync(call, snapshot, edited, cancellationToken);
        }
        catch (SnapshotException error)
        {
            call.Output.Error(LibvirtText.Of(error));
            throw new VirshFailureException($"Failed to update {snapshot.Name}");
        }
        catch (VirshFailureException failure)
        {
            call.Output.ErrorUnlessSilent(failure.Line);
            throw new VirshFailureException($"Failed to update {snapshot.Name}", failure.Cause);
        }
    }

    /// <summary>As virsh writes it back; the state decides on one flag and is taken from the text that is written.</summary>
    private static Task<SnapshotHandle> DefineAsync(
        VirshCall call, DomainHandle domain, string xml, bool becomesCurrent, CancellationToken cancellationToken) =>
        call.Connection.Changing("virDomainSnapshotCreateXML").Snapshots.CreateXmlAsync(
            domain, xml, SnapshotXmlText.RedefineFlags(xml) | (becomesCurrent ? SnapshotCreateFlags.Current : SnapshotCreateFlags.None),
            NoProgress.Instance, cancellationToken);

    private static async Task FinishAsync(VirshCall call, SnapshotHandle before, SnapshotHandle edited, CancellationToken cancellationToken)
    {
        if (edited.Name == before.Name)
        {
            call.Output.Extra($"Snapshot {before.Name} edited.\n");
            return;
        }

        if (call.Has(Clone))
        {
            call.Output.Extra($"Snapshot {before.Name} cloned to {edited.Name}.\n");
            return;
        }

        await ForgetAsync(call, call.Has(Rename) ? before : edited, cancellationToken);
        if (!call.Has(Rename))
        {
            throw new VirshFailureException($"Must use --rename or --clone to change {before.Name} to {edited.Name}");
        }
    }

    private static async Task ForgetAsync(VirshCall call, SnapshotHandle superfluous, CancellationToken cancellationToken)
    {
        try
        {
            await call.Connection.Changing("virDomainSnapshotDelete").Snapshots.DeleteAsync(
                superfluous, SnapshotDeleteFlags.MetadataOnly, NoProgress.Instance, cancellationToken);
        }
        catch (SnapshotException error)
        {
            call.Output.Error(LibvirtText.Of(error));
            throw new VirshFailureException($"Failed to clean up {superfluous.Name}");
        }
    }
}
