using FsCheck;
using FsCheck.Fluent;
using Snaptree.Model;

namespace Snaptree.Engine.Tests.Planning;

public sealed class CoalescerTests
{
    [Fact]
    public void No_restore_point_and_no_guest_ever_sees_other_bytes_whatever_the_images_look_like() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2_000), Prop.ForAll(RandomDisk.Arbitrary(), disk => new Trial(disk).Run(merge: true)));

    [Fact]
    public void Unlinking_alone_copies_nothing_and_keeps_all_bytes_too() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(RandomDisk.Arbitrary(), disk => new Trial(disk).Run(merge: false)));

    [Theory]
    [InlineData(100, 100, true)]
    [InlineData(100, 80, true)]
    [InlineData(100, 79, false)]
    [InlineData(16, 0, true)]
    [InlineData(17, 1, false)]
    public void A_stream_is_chosen_up_to_a_quarter_dearer_than_a_commit_and_whenever_it_is_small(int below, int above, bool pulls)
    {
        var fate = Assert.Single(Fates(
            [("base", false)],
            new("base"), new("a", "base") { Bytes = below * Layer.MiB }, new("b", "a") { Bytes = above * Layer.MiB }));

        Assert.Equal(pulls, fate is ImageFate.Pull);
        Assert.Equal((pulls ? below : above) * Layer.MiB, fate is ImageFate.Pull pull ? pull.Bytes : ((ImageFate.Commit)fate).Bytes);
    }

    [Fact]
    public void The_users_own_image_stays_and_takes_in_what_stands_on_it()
    {
        var fate = Assert.IsType<ImageFate.Commit>(Assert.Single(Fates([], new("base") { Bytes = 1 }, new("a", "base"))));

        Assert.Equal((Layer.At("base"), Layer.At("a")), (fate.Image, fate.Top));
    }

    [Fact]
    public void A_template_below_the_users_image_is_never_written_to() =>
        Assert.Empty(Fates([], new("template") { Role = ImageRole.Underlying }, new("base", "template") { Role = ImageRole.Original }));

    [Fact]
    public void An_image_with_two_dependents_stays_as_a_hidden_base_until_one_is_left()
    {
        Layer[] fork = [new("base"), new("a", "base"), new("left", "a"), new("right", "a")];

        // The base is claimed so that the fork above it is all there is to decide.
        Assert.Empty(Fates([("base", false), ("left", false)], fork));
        Assert.Equal([Layer.At("left"), Layer.At("a")], Fates([("base", false)], fork).Select(fate => fate.Image));
    }

    [Fact]
    public void An_image_is_not_streamed_into_one_that_holds_an_internal_snapshot_because_that_reads_through_it() =>
        Assert.Empty(Fates([("base", false), ("b", true)], new("base"), new("a", "base") { Bytes = 1 }, new("b", "a")));

    private static IReadOnlyList<ImageFate> Fates((string Image, bool IsInternal)[] claims, params Layer[] layers)
    {
        var facts = PlanLab.Facts(layers);
        var snapshots = claims.Select((claim, at) => claim.IsInternal
            ? PlanLab.Internal(at, null, ("vda", claim.Image))
            : PlanLab.External(at, null, ("vda", claim.Image)));
        return new Coalescer(facts, PlanLab.Vda, facts.Domain.ActiveImages[PlanLab.Vda], snapshots)
            .Coalesce(facts.Images.Select(image => image.Path));
    }

    /// <summary>Acts out the fates on simulated images, and holds every rule after each.</summary>
    private sealed class Trial
    {
        private readonly PlanFacts facts;
        private readonly SimulatedImages images;
        private readonly List<Snapshot> snapshots;
        private readonly List<Witness> witnesses;
        private ImagePath active;

        public Trial(RandomDisk disk)
        {
            facts = disk.Facts();
            images = disk.Simulate();
            snapshots = [.. disk.Snapshots()];
            active = disk.ActivePath;
            witnesses =
            [
                .. snapshots.SelectMany(snapshot => snapshot.Disks)
                    .Select(part => new Witness(part.Image!.Value, part.Location == SnapshotLocation.Internal)),
                .. facts.ImagesOfOthers.Select(path => new Witness(path, IsInternal: false)),
            ];
        }

        public void Run(bool merge)
        {
            var expected = Seen();
            var coalescer = new Coalescer(facts, PlanLab.Vda, active, snapshots);
            var candidates = facts.Images.Select(image => image.Path);
            foreach (var fate in merge ? coalescer.Coalesce(candidates) : coalescer.Unlink(candidates))
            {
                Act(fate);
                Assert.Equal(expected, Seen());
                Assert.True(merge || fate is ImageFate.Unlink);
            }

            Assert.All(images.Touched, path => Assert.False(IsUntouchable(path), $"{path} was touched"));
            Assert.All(facts.Images.Where(image => image.Role == ImageRole.Original), image => Assert.True(images.Has(image.Path)));
            Assert.DoesNotContain(images.Paths, IsLeftOver);
        }

        private void Act(ImageFate fate)
        {
            switch (fate)
            {
                case ImageFate.Unlink unlink:
                    images.Remove(unlink.Image);
                    break;
                case ImageFate.Pull pull:
                    Assert.Equal(images.BackingOf(pull.Image), pull.NewBacking);
                    images.CopyUp(pull.Top, pull.Image);
                    images.Remove(pull.Image);
                    break;
                case ImageFate.Commit commit:
                    Act(commit);
                    break;
                default:
                    Assert.Fail($"unknown fate {fate}");
                    break;
            }
        }

        private void Act(ImageFate.Commit commit)
        {
            Assert.Equal(commit.Top == active, commit.MovesActive);
            images.CopyDown(commit.Top, commit.Image);
            Assert.Equal(images.DependentsOf(commit.Top), commit.Rebased);
            foreach (var dependent in commit.Rebased)
            {
                images.Rebase(dependent, commit.Image);
            }

            images.Remove(commit.Top);
            active = active == commit.Top ? commit.Image : active;
            foreach (var witness in witnesses.Where(witness => witness.Image == commit.Top))
            {
                witness.Image = commit.Image;
            }
        }

        private List<string> Seen() =>
            [.. witnesses.Select(witness => witness.IsInternal ? images.InternalContents(witness.Image) : images.Contents(witness.Image)),
                images.Contents(active)];

        private bool IsUntouchable(ImagePath path) => facts.Image(path)!.Role == ImageRole.Underlying || facts.ImagesOfOthers.Contains(path);

        private bool IsLeftOver(ImagePath path) =>
            facts.Image(path)!.Role == ImageRole.Owned && !IsUntouchable(path) && path != active
            && images.DependentsOf(path).Count == 0 && !witnesses.Exists(witness => witness.Image == path);

        private sealed class Witness(ImagePath image, bool IsInternal)
        {
            public ImagePath Image { get; set; } = image;

            public bool IsInternal { get; } = IsInternal;
        }
    }
}
