using Snaptree.Model;
using Snaptree.TestKit;

namespace Snaptree.Engine.Tests;

/// <summary>A real guest answers with checksums of its memory and disks; every promise is asked of it.</summary>
public sealed class RunningGuestTests
{
    [Fact]
    public async Task The_guests_own_checksums_are_those_computed_outside()
    {
        await using var guest = await GuestLab.StartAsync();
        await guest.MarkAsync(2);
        var state = await guest.StateAsync();
        Assert.Equal(await GuestPatterns.FillAsync(guest.Image, GuestLab.FillMib, 2, guest.Token), state.Memory);
        await using var channel = await guest.ConnectAsync();
        Assert.Equal(GuestPatterns.Of(0xa2, GuestLab.MarkBytes), await channel.SumAsync("vda", 2 * GuestLab.MarkBytes, GuestLab.MarkBytes, guest.Token));
        var ticks = await channel.TicksAsync(guest.Token);
        Assert.True(await guest.Ticks.WaitForTickAfterAsync(ticks + 100, GuestLab.Patience, guest.Token) > ticks);
    }

    [Theory]
    [InlineData(MemoryLocation.External)]
    [InlineData(MemoryLocation.Internal)]
    public async Task Memory_disks_and_ticks_come_back(MemoryLocation memory)
    {
        await using var guest = await GuestLab.StartAsync(second: memory == MemoryLocation.Internal ? ImageFormat.Qcow2 : ImageFormat.Raw);

        await guest.MarkAsync(1);
        var first = await guest.StateAsync();
        var lastBefore = guest.Ticks.Read()[^1];
        await guest.Lab.CreateAsync("vm", "s1", request => request with { Memory = memory });
        var lastAfter = await guest.TicksAsync();
        Assert.Equal(DomainState.Running, await guest.DomainStateAsync());
        Assert.Equal(first, await guest.StateAsync());

        await guest.MarkAsync(2);
        var second = await guest.StateAsync();
        await guest.Lab.CreateAsync("vm", "s2", request => request with { Memory = memory });
        await guest.MarkAsync(3);
        Assert.NotEqual(second, await guest.StateAsync());

        await guest.Lab.RevertAsync("vm", "s2");
        Assert.Equal(second, await guest.StateAsync());
        if (memory == MemoryLocation.External)
        {
            var from = guest.Ticks.Length;
            await guest.Lab.RevertAsync("vm", "s1");
            Assert.Equal(first, await guest.StateAsync());
            Assert.InRange(await guest.Ticks.FirstAfterReturnAsync(from, guest.Token), lastBefore, lastAfter + 2);
        }

        Assert.Empty(guest.Lab.Unclaimed("vm"));
    }

    [Fact]
    public async Task A_shut_off_domain_goes_back_to_a_running_checkpoint_and_forward_again()
    {
        await using var guest = await GuestLab.StartAsync();
        await guest.MarkAsync(1);
        var first = await guest.StateAsync();
        await guest.Lab.CreateAsync("vm", "s1");
        await guest.MarkAsync(2);
        var second = await guest.StateAsync();
        await guest.Lab.CreateAsync("vm", "s2");
        await guest.Lab.Engine.Domains.DestroyAsync("vm", guest.Lab.Quiet, guest.Token);
        Assert.Equal(DomainState.Shutoff, await guest.DomainStateAsync());

        await guest.Lab.RevertAsync("vm", "s1");
        Assert.Equal(first, await guest.StateAsync());
        await guest.Lab.RevertAsync("vm", "s2", RevertTarget.Paused);
        Assert.Equal(DomainState.Paused, await guest.DomainStateAsync());
        await guest.Lab.Engine.Domains.ResumeAsync("vm", guest.Lab.Quiet, guest.Token);
        Assert.Equal(second, await guest.StateAsync());
    }

    [Fact]
    public async Task Deleting_any_node_of_a_running_chain_changes_nothing_for_the_guest()
    {
        await using var guest = await GuestLab.StartAsync();
        for (var mark = 1; mark <= 4; mark++)
        {
            await guest.MarkAsync(mark);
            await guest.Lab.CreateAsync("vm", $"s{mark}", request => request with { DiskOnly = mark % 2 == 0 });
        }

        await guest.MarkAsync(5);
        var present = await guest.StateAsync();
        foreach (var name in new[] { "s2", "s1", "s4", "s3" })
        {
            var points = await guest.Lab.RestorePointsAsync("vm");
            await guest.Lab.DeleteAsync("vm", name);
            Assert.Equal(present, await guest.StateAsync());
            Assert.Equal(DomainState.Running, await guest.DomainStateAsync());
            var left = await guest.Lab.RestorePointsAsync("vm");
            Assert.Subset(points.Where(IsContents).ToHashSet(), left.Where(IsContents).ToHashSet());
        }

        // Only the user's own images are left, and they hold everything, also without QEMU.
        Assert.Equal(2, Directory.GetFiles(guest.Lab.Disks).Length);
        await guest.KillQemuAsync();
        await guest.BootAsync();
        var disks = await guest.StateAsync();
        Assert.Equal((present.Vda, present.Vdb), (disks.Vda, disks.Vdb));
    }

    [Fact]
    public async Task A_fork_grows_and_every_branch_keeps_its_state()
    {
        await using var guest = await GuestLab.StartAsync();
        await guest.MarkAsync(1);
        await guest.Lab.CreateAsync("vm", "root");
        await guest.MarkAsync(2);
        var left = await guest.StateAsync();
        await guest.Lab.CreateAsync("vm", "left");
        await guest.Lab.RevertAsync("vm", "root");
        await guest.MarkAsync(3);
        var right = await guest.StateAsync();
        await guest.Lab.CreateAsync("vm", "right");

        var tree = guest.Lab.Engine.Catalogue.LoadTree(guest.Lab.Engine.Sessions.Find("vm").Uuid);
        Assert.Equal(["left", "right"], tree.ChildrenOf(tree.Roots.Single()).Select(child => child.Name.Value));
        Assert.Equal("right", tree.Current!.Name.Value);
        await guest.Lab.RevertAsync("vm", "left");
        Assert.Equal(left, await guest.StateAsync());
        await guest.Lab.DeleteAsync("vm", "root");
        Assert.Equal(left, await guest.StateAsync());
        await guest.Lab.RevertAsync("vm", "right");
        Assert.Equal(right, await guest.StateAsync());
        await guest.Lab.DeleteAsync("vm", "left");
        Assert.Equal(right, await guest.StateAsync());
        await guest.Lab.DeleteAsync("vm", "right");
        Assert.Equal(right, await guest.StateAsync());
        Assert.Equal(2, Directory.GetFiles(guest.Lab.Disks).Length);
    }

    [Fact]
    public async Task A_disk_snapshot_reverts_to_shut_off_and_boots_from_its_disks()
    {
        await using var guest = await GuestLab.StartAsync();
        await guest.MarkAsync(1);
        var first = await guest.StateAsync();
        var snapshot = await guest.Lab.CreateAsync("vm", "s1", request => request with { DiskOnly = true });
        Assert.Equal(SnapshotState.DiskSnapshot, snapshot.State);
        await guest.MarkAsync(2);
        await guest.Lab.RevertAsync("vm", "s1");
        Assert.Equal(DomainState.Shutoff, await guest.DomainStateAsync());
        await guest.BootAsync();
        var booted = await guest.StateAsync();
        Assert.Equal((first.Vda, first.Vdb), (booted.Vda, booted.Vdb));
    }

    private static bool IsContents(string line) => line.StartsWith("  ", StringComparison.Ordinal);
}
