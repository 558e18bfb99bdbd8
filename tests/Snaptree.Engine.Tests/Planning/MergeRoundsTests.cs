using Snaptree.Model;

namespace Snaptree.Engine.Tests.Planning;

public sealed class MergeRoundsTests
{
    [Fact]
    public void Each_round_takes_the_next_fate_of_every_disk()
    {
        var (a, b) = (new DiskTarget("vda"), new DiskTarget("vdb"));
        var pull = new ImageFate.Pull(a, Layer.At("a1"), Layer.At("a2"), null, 1);
        var unlink = new ImageFate.Unlink(a, Layer.At("a3"));
        var commit = new ImageFate.Commit(b, Layer.At("b1"), Layer.At("b2"), [], 1, MovesActive: true);

        var rounds = MergeRounds.Of([pull, unlink, commit]);

        Assert.Equal([1, 2], rounds.Select(round => round.Number));
        Assert.Equal((pull, commit), (Assert.Single(rounds[0].Pulls), Assert.Single(rounds[0].Commits)));
        Assert.Equal([pull.Image, commit.Top], rounds[0].Gone);
        Assert.Equal([unlink.Image], rounds[1].Gone);
    }

    [Fact]
    public void Nothing_to_do_is_no_round() => Assert.Empty(MergeRounds.Of([]));
}
