using System.Collections.Immutable;
using Snaptree.Model;

namespace Snaptree.Engine;

/// <summary>One entry per disk of the domain, in the domain's order: what a new snapshot does with it.</summary>
/// <param name="IsLeftOutByName">Whoever asked named this disk and said no.</param>
internal sealed record AlignedDisk(DomainDisk Disk, SnapshotLocation Location, ImagePath? Overlay, bool IsLeftOutByName);

/// <summary>Matches what was asked with the disks there are (libvirt: <c>virDomainSnapshotAlignDisks</c>). Each refusal names the disk.</summary>
internal static class DiskAlignment
{
    internal static ImmutableArray<AlignedDisk> Align(PlanFacts facts, ImmutableArray<DiskChoice> choices, SnapshotLocation fallback)
    {
        var chosen = new Dictionary<DiskTarget, DiskChoice>();
        foreach (var choice in choices)
        {
            var disk = Find(facts, choice.Disk);
            if (!chosen.TryAdd(disk.Target, choice))
            {
                throw facts.Refuse(
                    ErrorCode.ConfigUnsupported, $"disk '{disk.Target}' is named twice", "Name each disk once.", disk.Target);
            }
        }

        return [.. facts.Definition.Disks.Select(disk => AlignOne(facts, disk, chosen.GetValueOrDefault(disk.Target), fallback))];
    }

    private static AlignedDisk AlignOne(PlanFacts facts, DomainDisk disk, DiskChoice? choice, SnapshotLocation fallback)
    {
        var location = choice?.Location
            ?? (choice?.Overlay is not null ? SnapshotLocation.External : (SnapshotLocation?)null)
            ?? (disk.IsWritable ? disk.SnapshotDefault ?? fallback : SnapshotLocation.No);
        if (location is SnapshotLocation.Internal or SnapshotLocation.External && !disk.IsWritable)
        {
            throw facts.Refuse(
                ErrorCode.ConfigUnsupported, $"disk '{disk.Target}' is read-only or empty and cannot take part", "Leave it out.", disk.Target);
        }

        if (location is SnapshotLocation.Internal or SnapshotLocation.External && location != fallback)
        {
            throw facts.Refuse(
                ErrorCode.ConfigUnsupported,
                $"disk '{disk.Target}' asks for {Word(location)} in a snapshot that is otherwise {Word(fallback)}",
                "Keep all disks and the memory of one snapshot in the same kind of place.",
                disk.Target);
        }

        if (choice?.Overlay is not null && location != SnapshotLocation.External)
        {
            throw facts.Refuse(
                ErrorCode.ConfigUnsupported, $"disk '{disk.Target}' names a file but is not external", "Leave the file out.", disk.Target);
        }

        RefuseWrongFormat(facts, disk, location);
        return new AlignedDisk(disk, location, choice?.Overlay, choice?.Location == SnapshotLocation.No);
    }

    private static void RefuseWrongFormat(PlanFacts facts, DomainDisk disk, SnapshotLocation location)
    {
        if (location != SnapshotLocation.Internal)
        {
            return;
        }

        var image = facts.View.Images.Get(facts.Domain.ActiveImages[disk.Target]);
        if (!facts.InternalFormats.Contains(image.Format))
        {
            throw facts.Refuse(
                ErrorCode.ConfigUnsupported,
                $"disk '{disk.Target}' is {image.Format.ToString().ToLowerInvariant()} and cannot hold internal snapshots",
                "Take an external snapshot, or convert the image to qcow2.",
                disk.Target);
        }
    }

    private static DomainDisk Find(PlanFacts facts, string name)
    {
        var found = name.StartsWith('/')
            ? facts.Definition.Disks.Where(disk => disk.Source?.Value == name || facts.Domain.ActiveImages.GetValueOrDefault(disk.Target).Value == name)
            : facts.Definition.Disks.Where(disk => disk.Target.Name == name);
        return found.ToList() is [var one]
            ? one
            : throw facts.Refuse(
                ErrorCode.ConfigUnsupported,
                $"no single disk is called '{name}'",
                $"The disks are: {string.Join(", ", facts.Definition.Disks.Select(disk => disk.Target))}.");
    }

    private static string Word(SnapshotLocation location) => location.ToString().ToLowerInvariant();
}
