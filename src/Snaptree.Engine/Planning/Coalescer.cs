using Snaptree.Model;

namespace Snaptree.Engine;

/// <summary>What becomes of an image that no snapshot claims and the guest does not write to.</summary>
internal abstract record ImageFate(DiskTarget Disk, ImagePath Image)
{
    /// <summary>Nothing stands on it: the file goes.</summary>
    internal sealed record Unlink(DiskTarget Disk, ImagePath Image) : ImageFate(Disk, Image);

    /// <summary>Its one dependent <paramref name="Top"/> is committed down into it and goes; <paramref name="Rebased"/> stand on it afterwards.</summary>
    /// <param name="MovesActive">
    /// The guest writes to <paramref name="Top"/> by then, and to the image afterwards. An earlier fate may have made it so: what was
    /// active when the facts were gathered does not tell.
    /// </param>
    internal sealed record Commit(DiskTarget Disk, ImagePath Image, ImagePath Top, IReadOnlyList<ImagePath> Rebased, long Bytes, bool MovesActive)
        : ImageFate(Disk, Image);

    /// <summary>It is streamed up into its one dependent and goes.</summary>
    internal sealed record Pull(DiskTarget Disk, ImagePath Image, ImagePath Top, ImagePath? NewBacking, long Bytes) : ImageFate(Disk, Image);
}

/// <summary>
/// The rule of deletion, on a model of one disk's images: as long as there is an image that nobody needs, it is unlinked (no dependents),
/// coalesced (one), or kept as a hidden shared base (more). The answer is a list in the order of acting.
/// </summary>
internal sealed class Coalescer
{
    /// <summary>A stream can be cancelled and a commit cannot, so a stream may cost this much more and still be chosen.</summary>
    private const double StreamPreference = 1.25;

    /// <summary>Amounts below this are equal in practice.</summary>
    private const long SmallBytes = 16 << 20;

    private readonly DiskTarget disk;
    private readonly Dictionary<ImagePath, Node> nodes;
    private readonly HashSet<ImagePath> claimedContents;
    private readonly HashSet<ImagePath> claimedInternals;
    private ImagePath active;

    internal Coalescer(PlanFacts facts, DiskTarget disk, ImagePath active, IEnumerable<Snapshot> remaining)
    {
        this.disk = disk;
        this.active = active;
        var known = facts.Images.ToLookup(image => image.Path);
        nodes = facts.View.Images.Images.ToDictionary(
            image => image.Path,
            image => new Node(
                known[image.Path].FirstOrDefault()?.Role ?? ImageRole.Underlying, image.Backing?.Path, image.AllocatedBytes,
                IsUntouchable: facts.ImagesOfOthers.Contains(image.Path) || known[image.Path].Any(record => record.Kept)));
        var parts = remaining.SelectMany(snapshot => snapshot.Disks).Where(part => part.Image is not null).ToList();
        claimedContents = [.. parts.Where(part => part.Location == SnapshotLocation.External).Select(part => part.Image!.Value)];
        claimedInternals =
        [
            .. parts.Where(part => part.Location == SnapshotLocation.Internal).Select(part => part.Image!.Value),
            .. ForeignInternals(facts),
        ];
    }

    /// <summary>A snapshot that somebody made with other tools is nobody's claim in the catalogue, and must not be lost all the same.</summary>
    private static IEnumerable<ImagePath> ForeignInternals(PlanFacts facts)
    {
        var ours = facts.Tree.All
            .SelectMany(snapshot => snapshot.Disks.Where(part => part.Location == SnapshotLocation.Internal).Select(part => (part.Image, snapshot.InternalTag)))
            .ToHashSet();
        return facts.View.Images.Images.Where(image => image.InternalSnapshots.Any(inside => !ours.Contains((image.Path, inside.Name)))).Select(image => image.Path);
    }

    /// <summary>Unlinks and merges, until every image left is needed or cannot be got rid of.</summary>
    internal IReadOnlyList<ImageFate> Coalesce(IEnumerable<ImagePath> candidates) => Decide([.. candidates], merge: true);

    /// <summary>Unlinks only; nothing is copied.</summary>
    internal IReadOnlyList<ImageFate> Unlink(IEnumerable<ImagePath> candidates) => Decide([.. candidates], merge: false);

    private List<ImageFate> Decide(List<ImagePath> candidates, bool merge)
    {
        var fates = new List<ImageFate>();
        while (candidates.Select(path => FateOf(path, merge)).FirstOrDefault(fate => fate is not null) is { } fate)
        {
            Apply(fate);
            fates.Add(fate);
        }

        return fates;
    }

    private ImageFate? FateOf(ImagePath path, bool merge)
    {
        if (!nodes.TryGetValue(path, out var node) || !node.IsOurs || IsNeeded(path))
        {
            return null;
        }

        var dependents = DependentsOf(path);
        return dependents switch
        {
            [] => node.Role == ImageRole.Owned ? new ImageFate.Unlink(disk, path) : null,
            [var top] when merge => Merge(path, node, top),
            _ => null,
        };
    }

    private ImageFate? Merge(ImagePath path, Node node, ImagePath top)
    {
        var above = nodes[top];
        if (!above.IsOurs || claimedInternals.Contains(top))
        {
            // A commit would take the internal snapshots inside the top away with it. A stream fills only what the top shows now, and
            // its internal snapshots would read other bytes where they have none of their own.
            return null;
        }

        // The top goes away in a commit, the base in a stream; the image that the user brought never does. A commit also rewrites the
        // headers of all that stand on the top.
        var canCommit = above.Role == ImageRole.Owned && DependentsOf(top).TrueForAll(dependent => nodes[dependent].IsOurs);
        var canPull = node.Role == ImageRole.Owned;
        var pullIsCheap = node.AllocatedBytes <= SmallBytes || node.AllocatedBytes <= above.AllocatedBytes * StreamPreference;
        return canPull && (pullIsCheap || !canCommit) ? new ImageFate.Pull(disk, path, top, node.Backing, node.AllocatedBytes)
            : canCommit ? new ImageFate.Commit(disk, path, top, DependentsOf(top), above.AllocatedBytes, MovesActive: top == active)
            : null;
    }

    private void Apply(ImageFate fate)
    {
        switch (fate)
        {
            case ImageFate.Unlink unlink:
                nodes.Remove(unlink.Image);
                break;
            case ImageFate.Pull pull:
                nodes[pull.Top] = nodes[pull.Top] with { Backing = pull.NewBacking, AllocatedBytes = nodes[pull.Top].AllocatedBytes + pull.Bytes };
                nodes.Remove(pull.Image);
                break;
            case ImageFate.Commit commit:
                ApplyCommit(commit);
                break;
            default:
                throw new InvalidOperationException($"unknown fate {fate}");
        }
    }

    private void ApplyCommit(ImageFate.Commit commit)
    {
        foreach (var dependent in commit.Rebased)
        {
            nodes[dependent] = nodes[dependent] with { Backing = commit.Image };
        }

        nodes[commit.Image] = nodes[commit.Image] with { AllocatedBytes = nodes[commit.Image].AllocatedBytes + commit.Bytes };
        nodes.Remove(commit.Top);
        active = active == commit.Top ? commit.Image : active;
        if (claimedContents.Remove(commit.Top))
        {
            claimedContents.Add(commit.Image);
        }
    }

    private bool IsNeeded(ImagePath path) => path == active || claimedContents.Contains(path) || claimedInternals.Contains(path);

    private List<ImagePath> DependentsOf(ImagePath path) =>
        [.. nodes.Where(pair => pair.Value.Backing == path).Select(pair => pair.Key).OrderBy(image => image.Value, StringComparer.Ordinal)];

    private sealed record Node(ImageRole Role, ImagePath? Backing, long AllocatedBytes, bool IsUntouchable)
    {
        /// <summary>It may be written to, header included.</summary>
        internal bool IsOurs => Role != ImageRole.Underlying && !IsUntouchable;
    }
}
