using Snaptree.Drivers;
using static Snaptree.DriverContract.Disks;

namespace Snaptree.DriverContract;

/// <summary><see cref="IImageStore"/>, and what a driver says of itself.</summary>
public abstract class StoreContract<TBench>
    where TBench : DriverBench, new()
{
    [Fact]
    public async Task A_file_is_there_until_it_is_removed_and_removing_it_again_is_nothing()
    {
        await using var bench = new TBench();
        var image = await bench.CreateAsync("a.qcow2", 0xa0);
        Assert.True(bench.Driver.Store.Exists(image.Value));
        for (var time = 1; time <= 2; time++)
        {
            await bench.Driver.Store.DeleteAsync(image.Value, bench.Token);
            Assert.False(bench.Driver.Store.Exists(image.Value));
        }

        await bench.CreateAsync("a.qcow2", 0xa1);
        Assert.Equal(Of(0xa1), await bench.ReadAsync(image));
    }

    [Fact]
    public async Task An_image_has_one_name()
    {
        await using var bench = new TBench();
        var image = await bench.CreateAsync("a.qcow2", 0xa0);
        var canonical = bench.Driver.Store.Canonical($"{bench.Folder}/../{Path.GetFileName(bench.Folder)}/./a.qcow2");
        Assert.Equal(bench.Driver.Store.Canonical(image.Value), canonical);
        Assert.Equal(canonical, bench.Driver.Store.Canonical(canonical));
    }

    [Fact]
    public async Task There_is_room_also_in_a_folder_that_does_not_exist_yet()
    {
        await using var bench = new TBench();
        Assert.True(bench.Driver.Store.FreeBytes(bench.Folder) > 0);
        Assert.True(bench.Driver.Store.FreeBytes($"{bench.Folder}/a/b/c") > 0);
    }

    [Fact]
    public async Task A_driver_says_what_it_can_do()
    {
        await using var bench = new TBench();
        var capabilities = bench.Driver.Capabilities;
        Assert.NotEmpty(capabilities.Name);
        Assert.Matches("^[a-z]+$", capabilities.FunctionPrefix);
        Assert.True(capabilities.CreateFlags.HasFlag(Model.SnapshotCreateFlags.Redefine | Model.SnapshotCreateFlags.Current));
        Assert.True(capabilities.RevertFlags.HasFlag(Model.SnapshotRevertFlags.Force));
        Assert.True(capabilities.DeleteFlags.HasFlag(Model.SnapshotDeleteFlags.Children | Model.SnapshotDeleteFlags.ChildrenOnly));
    }
}
