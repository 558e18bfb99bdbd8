using System.Collections.Immutable;
using Snaptree.Model;

namespace Snaptree.Formats;

/// <summary>What a listing of disks is matched by.</summary>
/// <param name="Fallback">Where an undecided disk goes.</param>
/// <param name="SnapshotName">Becomes part of generated file names.</param>
/// <param name="IsRegularFile">Whether a regular file is there; asked only of images that a file name is generated from.</param>
public sealed record AlignmentRules(SnapshotLocation Fallback, string SnapshotName, Func<ImagePath, bool> IsRegularFile)
{
    /// <summary>With an internal <see cref="Fallback"/>, every listed disk must be internal. True for create and redefine.</summary>
    public bool IsUniform { get; init; } = true;

    /// <summary>External disks whose image has gone: none is made up for them. A snapshot whose overlays were merged away is told again so.</summary>
    public ImmutableHashSet<DiskTarget> Imageless { get; init; } = [];

    /// <summary>Disks that are not listed follow <see cref="Fallback"/>, whatever the domain document asks for.</summary>
    public bool IsForced { get; init; }
}

/// <summary>Matches the disks that a document lists with those that the domain has (libvirt: <c>virDomainSnapshotAlignDisks</c>).</summary>
public static class SnapshotDiskAlignment
{
    /// <summary>One entry for each disk of the domain, in its order, under its target name, with a location; external ones with an image.</summary>
    /// <param name="disks">The domain's; null when there is no definition to look at.</param>
    /// <exception cref="SnapshotException">
    /// <see cref="ErrorCode.Internal"/>: no definition. <see cref="ErrorCode.ConfigUnsupported"/>: a disk that is not there or is listed twice,
    /// a location that may not be, or a file name that cannot be generated. Messages are libvirt's.
    /// </exception>
    public static ImmutableArray<DocumentDisk> Align(
        ImmutableArray<DocumentDisk> listed, ImmutableArray<DomainDisk>? disks, AlignmentRules rules)
    {
        if (disks is not { } known)
        {
            throw new SnapshotException(
                ErrorCode.Internal, "missing domain in snapshot", "Add the domain document of the snapshot's moment as <domain>.");
        }

        if (listed.Length > known.Length)
        {
            throw XmlErrors.Unsupported("too many disk snapshot requests for domain", $"It has {known.Length} disks: {Names(known)}.");
        }

        var decided = new Dictionary<DiskTarget, DocumentDisk>();
        foreach (var request in listed)
        {
            var disk = Find(known, request.Name);
            if (decided.ContainsKey(disk.Target))
            {
                throw Refused($"disk '{request.Name}' specified twice", "List each disk once.", disk);
            }

            decided.Add(disk.Target, Decide(request, disk, rules));
        }

        return Complete(known, decided, rules);
    }

    private static DomainDisk Find(ImmutableArray<DomainDisk> disks, string name)
    {
        var found = name.StartsWith('/')
            ? disks.Where(disk => disk.Source?.Value == name).ToList()
            : disks.Where(disk => disk.Target.Name == name).Take(1).ToList();
        return found is [var one]
            ? one
            : throw XmlErrors.Unsupported(
                $"no disk named '{name}'",
                found.Count > 1 ? "Several disks have that image; give a target name." : $"The disks are: {Names(disks)}.");
    }

    private static DocumentDisk Decide(DocumentDisk request, DomainDisk disk, AlignmentRules rules)
    {
        var isInternalOnly = rules.IsUniform && rules.Fallback == SnapshotLocation.Internal;
        var asked = Asked(disk);
        if (isInternalOnly && request.Location is { } given and not SnapshotLocation.Internal
            && !(given == SnapshotLocation.No && asked == SnapshotLocation.No))
        {
            throw Refused(
                $"disk '{request.Name}' must use snapshot mode 'internal'", "Keep all parts of one snapshot in the same kind of place.", disk);
        }

        var location = request.Location
            ?? (asked is { } wish && (!isInternalOnly || wish == SnapshotLocation.No) ? wish : rules.Fallback);
        return request.Path is not null && location != SnapshotLocation.External
            ? throw Refused(
                $"file '{request.Path}' for disk '{request.Name}' requires use of external snapshot mode",
                "Write snapshot='external', or leave the file out.",
                disk)
            : request with { Name = disk.Target.Name, Location = location };
    }

    private static ImmutableArray<DocumentDisk> Complete(
        ImmutableArray<DomainDisk> disks, Dictionary<DiskTarget, DocumentDisk> decided, AlignmentRules rules)
    {
        var complete = ImmutableArray.CreateBuilder<DocumentDisk>(disks.Length);
        var taken = new Dictionary<string, string>();
        foreach (var disk in disks)
        {
            var entry = decided.GetValueOrDefault(disk.Target) ?? new DocumentDisk(disk.Target.Name, Unlisted(disk, rules));
            if (entry is { Location: SnapshotLocation.External, Path: null } && !rules.Imageless.Contains(disk.Target))
            {
                entry = entry with { Path = GeneratedPath(disk, entry.Type, rules, taken) };
            }

            complete.Add(entry);
            if (entry.Path is { } path)
            {
                taken.TryAdd(path, entry.Name);
            }
        }

        return complete.MoveToImmutable();
    }

    private static SnapshotLocation Unlisted(DomainDisk disk, AlignmentRules rules) =>
        disk.Source is null ? SnapshotLocation.No
        : rules.IsForced ? rules.Fallback
        : Asked(disk) ?? rules.Fallback;

    /// <summary>What the domain document asks for; a read-only disk takes no part unless it says otherwise.</summary>
    private static SnapshotLocation? Asked(DomainDisk disk) => disk.SnapshotDefault ?? (disk.ReadOnly ? SnapshotLocation.No : null);

    /// <summary>The present image's path with its suffix replaced by the snapshot's name.</summary>
    private static string GeneratedPath(DomainDisk disk, StorageType type, AlignmentRules rules, Dictionary<string, string> taken)
    {
        var cannot = $"cannot generate external snapshot name for disk '{disk.Target}'";
        if (type != StorageType.File)
        {
            throw Refused($"{cannot} on a '{Vocabulary.Text(type)}' device", "Say where it shall be with <source>.", disk);
        }

        if (disk.Source is not { } source)
        {
            throw Refused($"{cannot} without source", "Leave the disk out: its drive is empty.", disk);
        }

        if (!rules.IsRegularFile(source))
        {
            throw Refused(
                $"source for disk '{disk.Target}' is not a regular file; refusing to generate external snapshot name",
                "Say where the new image shall be with <source>.",
                disk);
        }

        var dot = source.Value.LastIndexOf('.');
        var path = $"{(dot > source.Value.LastIndexOf('/') ? source.Value[..dot] : source.Value)}.{rules.SnapshotName}";
        return taken.TryGetValue(path, out var other)
            ? throw Refused($"{cannot}: collision with disk '{other}'", "Say where the new image shall be with <source>.", disk)
            : path;
    }

    private static string Names(ImmutableArray<DomainDisk> disks) => string.Join(", ", disks.Select(disk => disk.Target));

    private static SnapshotException Refused(string message, string remedy, DomainDisk disk) =>
        XmlErrors.Unsupported(message, remedy, disk.Target.Name);
}
