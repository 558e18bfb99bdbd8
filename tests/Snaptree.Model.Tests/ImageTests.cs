namespace Snaptree.Model.Tests;

public sealed class ImageTests
{
    [Theory]
    [InlineData("/images/a.qcow2", "/images", "a.qcow2")]
    [InlineData("/a", "/", "a")]
    [InlineData("/a/b/c", "/a/b", "c")]
    [InlineData("/\u4E2D/\U0001F600.raw", "/\u4E2D", "\U0001F600.raw")]
    public void A_path_knows_its_folder_and_file(string path, string folder, string file)
    {
        var image = new ImagePath(path);

        Assert.Equal((path, folder, file), (image.ToString(), image.Folder, image.FileName));
        Assert.Equal(new ImagePath(path), image);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a.qcow2")]
    [InlineData("./a")]
    [InlineData("nbd://host/a")]
    public void A_path_that_is_not_absolute_is_refused(string path) =>
        Assert.Equal(ErrorCode.Xml, Assert.Throws<SnapshotException>(() => new ImagePath(path)).Code);

    [Fact]
    public void A_chain_goes_from_the_top_to_the_base()
    {
        var tree = Tree(("base", null), ("middle", "base"), ("top", "middle"), ("side", "base"));

        Assert.Equal(["top", "middle", "base"], Names(tree.ChainOf(At("top"))));
        Assert.Equal(["base"], Names(tree.ChainOf(At("base"))));
        Assert.Equal(4, tree.Images.Count());
    }

    [Fact]
    public void Dependents_are_all_that_stand_directly_on_an_image_in_the_order_of_their_names()
    {
        var tree = Tree(("base", null), ("b", "base"), ("a", "base"), ("on a", "a"));

        Assert.Equal(["a", "b"], Names(tree.DependentsOf(At("base"))));
        Assert.Empty(tree.DependentsOf(At("b")));
        Assert.Empty(tree.DependentsOf(At("nowhere")));
    }

    [Fact]
    public void A_missing_image_is_a_fact_until_it_is_needed()
    {
        var tree = new ImageTree([Image("top", "lost")], [At("lost"), At("lost")]);

        Assert.Equal([At("lost")], tree.Missing);
        Assert.Null(tree.Find(At("lost")));
        Assert.Equal(["top"], Names(tree.DependentsOf(At("lost"))));
        Assert.Equal(ErrorCode.OperationFailed, Assert.Throws<SnapshotException>(() => tree.Get(At("lost"))).Code);
        Assert.Contains("/lost", Assert.Throws<SnapshotException>(() => tree.ChainOf(At("top"))).Message);
    }

    [Fact]
    public void A_chain_that_leads_back_to_itself_is_refused_and_not_followed_for_ever()
    {
        foreach (var tree in new[] { Tree(("a", "a")), Tree(("a", "b"), ("b", "c"), ("c", "b")) })
        {
            var error = Assert.Throws<SnapshotException>(() => tree.ChainOf(At("a")));

            Assert.Equal(ErrorCode.OperationFailed, error.Code);
            Assert.Contains("leads back", error.Message);
        }
    }

    [Fact]
    public void A_chain_may_be_very_long()
    {
        var tree = new ImageTree(Enumerable.Range(0, 20_000).Select(at => Image($"{at}", at == 0 ? null : $"{at - 1}")), []);

        Assert.Equal(20_000, tree.ChainOf(At("19999")).Count);
    }

    [Fact]
    public void Internal_snapshots_are_found_by_name_and_not_by_id()
    {
        var image = Image("a", null) with { InternalSnapshots = [new("1", "2", default, 0), new("2", "one", default, 5)] };

        Assert.Equal("1", image.Internal("2")!.Id);
        Assert.Null(image.Internal("1"));
    }

    private static ImageTree Tree(params (string Name, string? Backing)[] images) =>
        new(images.Select(image => Image(image.Name, image.Backing)), []);

    private static ImageInfo Image(string name, string? backing) =>
        new(At(name), ImageFormat.Qcow2, 10, 5, backing is null ? null : new Backing(backing, At(backing), ImageFormat.Qcow2), HoldsData: true);

    private static ImagePath At(string name) => new($"/{name}");

    private static IEnumerable<string> Names(IEnumerable<ImageInfo> images) => images.Select(image => image.Path.FileName);
}
