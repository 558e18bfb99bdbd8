using FsCheck;
using FsCheck.Fluent;
using Snaptree.Model;

namespace Snaptree.Engine.Tests.Planning;

internal enum Claim
{
    None,
    External,
    Internal,
}

/// <summary>One image of a random tree.</summary>
/// <param name="On">Which of the images before it it stands on; -1 for none.</param>
/// <param name="Order">Where it comes in the catalogue's list.</param>
internal sealed record RandomImage(int On, ImageRole Role, Claim Claim, bool OfOthers, int MegaBytes, int Order)
{
    public static Gen<RandomImage> Any() =>
        from below in Gen.Choose(-1, 11)
        from role in Gen.Frequency(
            (6, Gen.Constant(ImageRole.Owned)),
            (1, Gen.Constant(ImageRole.Original)),
            (1, Gen.Constant(ImageRole.Underlying)))
        from claim in Gen.Frequency(
            (5, Gen.Constant(Claim.None)),
            (2, Gen.Constant(Claim.External)),
            (1, Gen.Constant(Claim.Internal)))
        from ofOthers in Gen.Frequency((9, Gen.Constant(false)), (1, Gen.Constant(true)))
        from size in Gen.Elements(1, 64, 80, 1000)
        from order in Gen.Choose(0, 99)
        select new RandomImage(below, role, claim, ofOthers, size, order);
}

/// <summary>A disk's images, with which of them is active; what cannot be is bent into what can.</summary>
internal sealed record RandomDisk(RandomImage[] Images, int Active)
{
    /// <summary>The snapshot that deleting is tried with; it claims <see cref="Deleted"/> or nothing.</summary>
    public int Deleted => Images[0].Order % Images.Length;

    public ImagePath ActivePath => PathOf(Active % Images.Length);

    public static Arbitrary<RandomDisk> Arbitrary() =>
        Arb.From(
            from count in Gen.Choose(1, 12)
            from images in RandomImage.Any().ArrayOf(count)
            from active in Gen.Choose(0, 11)
            select new RandomDisk(images, active),
            Smaller);

    public static ImagePath PathOf(int at) => Layer.At($"i{at:00}");

    public ImagePath? BackingOf(int at) => Images[at].On is var on && at > 0 && on >= 0 ? PathOf(on % at) : null;

    public PlanFacts Facts()
    {
        var layers = Images.Select((image, at) => new Layer($"i{at:00}", BackingOf(at)?.Value) { Role = image.Role, Bytes = image.MegaBytes * Layer.MiB })
            .ToList();
        var facts = PlanLab.Facts([.. layers.Select((layer, at) => (layer, Images[at].Order)).OrderBy(pair => pair.Order).Select(pair => pair.layer)]);
        var others = Images.Index().Where(pair => pair.Item.OfOthers).Select(pair => PathOf(pair.Index)).ToHashSet();
        return facts with
        {
            Domain = facts.Domain with { ActiveImages = facts.Domain.ActiveImages.SetItem(PlanLab.Vda, ActivePath) },
            ImagesOfOthers = others,
        };
    }

    public IEnumerable<Snapshot> Snapshots() =>
        Images.Index().Where(pair => pair.Item.Claim != Claim.None).Select(pair => pair.Item.Claim == Claim.External
            ? PlanLab.External(pair.Index, null, ("vda", PathOf(pair.Index).Value))
            : PlanLab.Internal(pair.Index, null, ("vda", PathOf(pair.Index).Value)));

    /// <summary>Every block value occurs once, so that a wrong byte is seen wherever it comes from.</summary>
    public SimulatedImages Simulate()
    {
        var result = new SimulatedImages();
        for (var at = 0; at < Images.Length; at++)
        {
            result.Add(PathOf(at), BackingOf(at), Data(at, 1), Data(at, 2));
        }

        return result;
    }

    public override string ToString() =>
        string.Join("; ", Images.Select((image, at) =>
            $"{(PathOf(at) == ActivePath ? "*" : "")}{PathOf(at).FileName} on {BackingOf(at)?.FileName ?? "nothing"} {image.Role} "
            + $"claim {image.Claim}{(image.OfOthers ? " others" : "")} {image.MegaBytes}M order {image.Order}"));

    private static IEnumerable<RandomDisk> Smaller(RandomDisk disk)
    {
        for (var at = disk.Images.Length - 1; at >= 0 && disk.Images.Length > 1; at--)
        {
            yield return new RandomDisk([.. disk.Images[..at], .. disk.Images[(at + 1)..]], disk.Active);
        }

        for (var at = 0; at < disk.Images.Length; at++)
        {
            var image = disk.Images[at];
            RandomImage[] simpler =
            [
                image with { Claim = Claim.None }, image with { OfOthers = false }, image with { Role = ImageRole.Owned },
                image with { On = at - 1 }, image with { Order = at },
            ];
            foreach (var one in simpler.Where(one => one != image))
            {
                yield return disk with { Images = [.. disk.Images[..at], one, .. disk.Images[(at + 1)..]] };
            }
        }

        if (disk.Active != disk.Images.Length - 1)
        {
            yield return disk with { Active = disk.Images.Length - 1 };
        }
    }

    /// <summary>Overlapping but different blocks for each image.</summary>
    private static Dictionary<int, int> Data(int at, int kind) =>
        Enumerable.Range(0, SimulatedImages.Blocks).Where(block => (((at * 7) + (block * 5) + kind) * (at + 3)) % 3 == 0)
            .ToDictionary(block => block, block => (kind * 10_000) + (at * 100) + block + 1);
}
