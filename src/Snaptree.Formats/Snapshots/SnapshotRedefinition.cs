using System.Collections.Immutable;
using Snaptree.Model;

namespace Snaptree.Formats;

/// <summary>What a document for redefine is judged by.</summary>
/// <param name="DomainUuid">The domain it is given for.</param>
/// <param name="Snapshots">The snapshots that the domain has.</param>
/// <param name="IsRegularFile">See <see cref="AlignmentRules"/>.</param>
public sealed record RedefineFacts(Guid DomainUuid, SnapshotTree Snapshots, SnapshotCreateFlags Flags, Func<ImagePath, bool> IsRegularFile)
{
    /// <summary>The domain document of the snapshot that has the name already; null when there is none, or it has none.</summary>
    public string? ExistingDomainXml { get; init; }

    /// <summary>How a domain document is read; its errors pass through.</summary>
    public Func<string, DomainDefinition> ReadDomain { get; init; } = DomainXml.Parse;
}

/// <summary>A redefine that may be: what a snapshot becomes by it. No data are touched.</summary>
/// <param name="Document">The document, its disks aligned with the domain's.</param>
/// <param name="Existing">The snapshot that has the name already and is replaced; its identity and its children stay.</param>
/// <param name="Parent">Null for a root.</param>
/// <param name="Texts">The document's; the domain document of the existing one where it has none.</param>
/// <param name="Disks">What each disk claims and what was made on top of it.</param>
public sealed record Redefinition(
    SnapshotDocument Document, Snapshot? Existing, Snapshot? Parent, SnapshotTexts Texts, ImmutableArray<SnapshotDisk> Disks);

/// <summary>The rules of redefine that need the domain's other snapshots (libvirt: <c>virDomainSnapshotRedefinePrep</c>).</summary>
public static class SnapshotRedefinition
{
    /// <summary>
    /// Judges a document in libvirt's order. One rule is the caller's: that a new domain document shows the guest the same machine as the one
    /// it replaces.
    /// </summary>
    /// <exception cref="SnapshotException">
    /// <see cref="ErrorCode.InvalidArgument"/>: parent, state, flags or UUID contradict what there is. <see cref="ErrorCode.Internal"/>: no
    /// domain document at all. Those of <see cref="SnapshotDiskAlignment"/>, and of <see cref="RedefineFacts.ReadDomain"/>.
    /// </exception>
    public static Redefinition Check(SnapshotDocument document, RedefineFacts facts)
    {
        var name = document.Name ?? throw new ArgumentException("only a document that was read for redefine has all it needs", nameof(document));
        var existing = Find(facts.Snapshots, name);
        var parent = document.Parent is { } parentName ? ParentOf(name, parentName, facts.Snapshots) : null;
        RefuseWrongDocument(document, facts);
        RefuseOtherState(document, existing);
        var domainXml = document.Texts.Domain ?? facts.ExistingDomainXml;
        var domain = domainXml is null ? null : facts.ReadDomain(domainXml);
        var aligned = Align(document, domain, existing, facts);
        return new Redefinition(
            document with { Disks = aligned },
            existing,
            parent,
            document.Texts with { Domain = domainXml },
            [.. aligned.Zip(domain!.Disks, Claim)]);
    }

    private static Snapshot? Find(SnapshotTree snapshots, string name) => snapshots.All.FirstOrDefault(snapshot => snapshot.Name.Value == name);

    private static Snapshot ParentOf(string name, string parentName, SnapshotTree snapshots)
    {
        if (parentName == name)
        {
            throw Invalid($"cannot set moment {name} as its own parent", "Name another parent, or none.");
        }

        var parent = Find(snapshots, parentName)
            ?? throw Invalid($"parent {parentName} for moment {name} not found", "Redefine parents before their children.");
        for (var here = parent; snapshots.ParentOf(here) is { } next; here = next)
        {
            if (next.Name.Value == name)
            {
                throw Invalid($"parent {here.Name} would create cycle to {name}", "Name a parent that does not descend from it.");
            }
        }

        return parent;
    }

    private static void RefuseWrongDocument(SnapshotDocument document, RedefineFacts facts)
    {
        if (facts.Flags.HasFlag(SnapshotCreateFlags.DiskOnly) && document.State != SnapshotState.DiskSnapshot)
        {
            throw Invalid(
                $"disk-only flag for snapshot {document.Name} requires disk-snapshot state", "Leave the flag out, or correct <state>.");
        }

        if (document.Texts.Domain is not null && document.DomainUuid != facts.DomainUuid)
        {
            throw Invalid(
                $"definition for snapshot {document.Name} must use uuid {facts.DomainUuid}", "Give the document of a snapshot of this domain.");
        }
    }

    private static void RefuseOtherState(SnapshotDocument document, Snapshot? existing)
    {
        if (existing is null)
        {
            return;
        }

        if (IsOnline(existing.State) != IsOnline(document.State))
        {
            throw Invalid(
                $"cannot change between online and offline snapshot state in snapshot {document.Name}", "Keep the state that it was taken in.");
        }

        if (existing.State == SnapshotState.DiskSnapshot != (document.State == SnapshotState.DiskSnapshot))
        {
            throw Invalid(
                $"cannot change between disk only and full system in snapshot {document.Name}", "Keep the state that it was taken in.");
        }
    }

    private static bool IsOnline(SnapshotState? state) => state is SnapshotState.Running or SnapshotState.Paused;

    private static ImmutableArray<DocumentDisk> Align(SnapshotDocument document, DomainDefinition? domain, Snapshot? existing, RedefineFacts facts)
    {
        var isExternal = document.State == SnapshotState.DiskSnapshot || document.IsExternal;
        return SnapshotDiskAlignment.Align(
            document.Disks,
            domain?.Disks,
            new AlignmentRules(isExternal ? SnapshotLocation.External : SnapshotLocation.Internal, document.Name!, facts.IsRegularFile)
            {
                Imageless = existing is null
                    ? []
                    : [.. existing.Disks.Where(disk => disk is { Location: SnapshotLocation.External, Overlay: null }).Select(disk => disk.Target)],
            });
    }

    /// <summary>The snapshot's contents are where its own domain document says.</summary>
    private static SnapshotDisk Claim(DocumentDisk entry, DomainDisk disk)
    {
        var location = entry.Location!.Value;
        var isPart = location is SnapshotLocation.Internal or SnapshotLocation.External;
        return new SnapshotDisk(disk.Target, location, isPart ? disk.Source : null, isPart ? disk.Format : null, entry.Image)
        {
            Details = entry.Details,
        };
    }

    private static SnapshotException Invalid(string message, string remedy) => new(ErrorCode.InvalidArgument, message, remedy);
}
