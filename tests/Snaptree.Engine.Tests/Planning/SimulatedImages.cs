using Snaptree.Model;

namespace Snaptree.Engine.Tests.Planning;

/// <summary>Images as maps of block to value, with what overlays, commits, streams and internal snapshots mean for them.</summary>
internal sealed class SimulatedImages
{
    public const int Blocks = 16;

    private readonly Dictionary<ImagePath, Image> images = [];

    /// <summary>Every image that was written to, header included, or removed.</summary>
    public HashSet<ImagePath> Touched { get; } = [];

    public IEnumerable<ImagePath> Paths => images.Keys;

    public void Add(ImagePath path, ImagePath? backing, IReadOnlyDictionary<int, int> data, IReadOnlyDictionary<int, int> inside) =>
        images.Add(path, new Image(backing, new(data), inside));

    public bool Has(ImagePath path) => images.ContainsKey(path);

    public ImagePath? BackingOf(ImagePath path) => images[path].Backing;

    public List<ImagePath> DependentsOf(ImagePath path) =>
        [.. images.Where(pair => pair.Value.Backing == path).Select(pair => pair.Key).OrderBy(one => one.Value, StringComparer.Ordinal)];

    public string Contents(ImagePath path) => Read(path, images[path].Data);

    /// <summary>What the internal snapshot of this image shows: its own blocks, and the backing image's where it has none.</summary>
    public string InternalContents(ImagePath path) => Read(path, images[path].Inside);

    /// <summary>The data of <paramref name="top"/> go down; who stands on the backing image sees them from now on.</summary>
    public void CopyDown(ImagePath top, ImagePath backing)
    {
        Assert.Equal(backing, BackingOf(top));
        Assert.Equal([top], DependentsOf(backing));
        foreach (var (block, value) in images[top].Data)
        {
            images[backing].Data[block] = value;
        }

        Touched.Add(backing);
    }

    public void CopyUp(ImagePath top, ImagePath backing)
    {
        Assert.Equal(backing, BackingOf(top));
        Assert.Equal([top], DependentsOf(backing));
        foreach (var (block, value) in images[backing].Data)
        {
            images[top].Data.TryAdd(block, value);
        }

        Rebase(top, BackingOf(backing));
    }

    public void Rebase(ImagePath path, ImagePath? backing)
    {
        images[path] = images[path] with { Backing = backing };
        Touched.Add(path);
    }

    public void Remove(ImagePath path)
    {
        Assert.Empty(DependentsOf(path));
        images.Remove(path);
        Touched.Add(path);
    }

    private string Read(ImagePath path, IReadOnlyDictionary<int, int> own) =>
        string.Join(',', Enumerable.Range(0, Blocks).Select(block => own.TryGetValue(block, out var value) ? value : ReadBlock(BackingOf(path), block)));

    private int ReadBlock(ImagePath? from, int block)
    {
        for (var path = from; path is { } here; path = images[here].Backing)
        {
            if (images[here].Data.TryGetValue(block, out var value))
            {
                return value;
            }
        }

        return 0;
    }

    private sealed record Image(ImagePath? Backing, Dictionary<int, int> Data, IReadOnlyDictionary<int, int> Inside);
}
