using System.Collections.Immutable;

namespace Snaptree.Model;

/// <summary>
/// All images that were looked at, through all branches, with who depends on whom. Read from headers; pure facts.
/// A backing image that is named but was not found is listed in <see cref="Missing"/>.
/// </summary>
public sealed class ImageTree
{
    private readonly ImmutableDictionary<ImagePath, ImageInfo> images;
    private readonly ILookup<ImagePath, ImageInfo> dependents;

    public ImageTree(IEnumerable<ImageInfo> images, IEnumerable<ImagePath> missing)
    {
        this.images = images.ToImmutableDictionary(image => image.Path);
        dependents = this.images.Values
            .Where(image => image.Backing is not null)
            .OrderBy(image => image.Path.Value, StringComparer.Ordinal)
            .ToLookup(image => image.Backing!.Path);
        Missing = [.. missing.Distinct()];
    }

    public static ImageTree Empty { get; } = new([], []);

    public IEnumerable<ImageInfo> Images => images.Values;

    /// <summary>Paths that were asked for, or are named as backing, and where there is nothing.</summary>
    public ImmutableArray<ImagePath> Missing { get; }

    public ImageInfo? Find(ImagePath path) => images.GetValueOrDefault(path);

    /// <exception cref="SnapshotException"><see cref="ErrorCode.OperationFailed"/> when the image is not there.</exception>
    public ImageInfo Get(ImagePath path) =>
        Find(path) ?? throw new SnapshotException(
            ErrorCode.OperationFailed,
            $"the image {path} is missing",
            "Put the file back where it was, or make its storage reachable, then try again; nothing was changed.");

    /// <summary>Images whose header names <paramref name="path"/> as their backing image.</summary>
    public IReadOnlyList<ImageInfo> DependentsOf(ImagePath path) => [.. dependents[path]];

    /// <summary>From <paramref name="top"/> down to its base, both included.</summary>
    /// <exception cref="SnapshotException">When an image of the chain is missing or the chain leads back to itself.</exception>
    public IReadOnlyList<ImageInfo> ChainOf(ImagePath top)
    {
        var chain = new List<ImageInfo>();
        var seen = new HashSet<ImagePath>();
        for (ImagePath? path = top; path is { } here; path = chain[^1].Backing?.Path)
        {
            if (!seen.Add(here))
            {
                throw new SnapshotException(
                    ErrorCode.OperationFailed,
                    $"the backing chain of {top} leads back to {here}",
                    "An image names one of its own overlays as backing; restore the header from a backup before going on.");
            }

            chain.Add(Get(here));
        }

        return chain;
    }
}
