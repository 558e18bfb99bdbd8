using Snaptree.Model;
using Snaptree.TestKit;

namespace Snaptree.Engine.Tests;

/// <summary>Saved state with a real guest: it is asked for its memory and disks before and after.</summary>
public sealed class SavedStateTests
{
    [Fact]
    public async Task A_guest_goes_on_from_a_file_and_from_a_managed_save_with_all_it_knew()
    {
        await using var guest = await GuestLab.StartAsync();
        var (calls, quiet) = (guest.Lab.Engine.Calls, guest.Lab.Quiet);
        var vm = calls.Domains.LookupByName(GuestLab.Name);
        await guest.MarkAsync(1);
        var state = await guest.StateAsync();

        var file = $"{guest.Lab.Folder}/vm.save";
        await calls.VmState.SaveAsync(vm, file, null, SaveRestoreFlags.None, quiet, guest.Token);
        Assert.Equal(DomainState.Shutoff, await guest.DomainStateAsync());
        await calls.VmState.RestoreAsync(file, null, SaveRestoreFlags.None, quiet, guest.Token);
        Assert.Equal(state, await guest.StateAsync());

        await guest.MarkAsync(2);
        var later = await guest.StateAsync();
        Assert.NotEqual(state, later);
        await calls.VmState.ManagedSaveAsync(vm, SaveRestoreFlags.None, quiet, guest.Token);
        guest.Lab.Reopen();
        calls = guest.Lab.Engine.Calls;
        Assert.True((await calls.Domains.GetInfoAsync(vm, guest.Token)).HasManagedSave);
        await calls.Domains.CreateAsync(vm, DomainStartFlags.None, quiet, guest.Token);
        Assert.Equal(later, await guest.StateAsync());
        Assert.Empty(guest.Lab.Unclaimed(GuestLab.Name));
    }

    [Fact]
    public async Task A_document_changed_in_a_save_image_is_read_back_and_the_memory_is_still_there()
    {
        await using var guest = await GuestLab.StartAsync();
        var (calls, quiet) = (guest.Lab.Engine.Calls, guest.Lab.Quiet);
        var vm = calls.Domains.LookupByName(GuestLab.Name);
        await guest.MarkAsync(1);
        var state = await guest.StateAsync();
        var file = $"{guest.Lab.Folder}/vm.save";
        await calls.VmState.SaveAsync(vm, file, null, SaveRestoreFlags.None, quiet, guest.Token);

        var xml = await calls.VmState.SaveImageGetXmlAsync(file, DomainXmlFlags.None, guest.Token);
        for (var round = 1; round <= 3; round++)
        {
            var changed = xml.Replace("<vcpu", $"<title>round {round}</title><vcpu", StringComparison.Ordinal);
            await calls.VmState.SaveImageDefineXmlAsync(file, changed, SaveRestoreFlags.Paused, guest.Token);
            Assert.Equal(changed, await calls.VmState.SaveImageGetXmlAsync(file, DomainXmlFlags.None, guest.Token));
        }

        await calls.VmState.RestoreAsync(file, null, SaveRestoreFlags.None, quiet, guest.Token);
        Assert.Equal(DomainState.Paused, await guest.DomainStateAsync());
        await calls.Domains.ResumeAsync(vm, quiet, guest.Token);
        Assert.Equal(state, await guest.StateAsync());
        Assert.Contains("<title>round 3</title>", await calls.Domains.GetXmlAsync(vm, DomainXmlFlags.Inactive, guest.Token));
    }

    [Fact]
    public async Task The_memory_alone_is_kept_and_gone_back_to_by_force_on_disks_that_did_not_move()
    {
        await using var guest = await GuestLab.StartAsync();
        var (calls, quiet) = (guest.Lab.Engine.Calls, guest.Lab.Quiet);
        var vm = calls.Domains.LookupByName(GuestLab.Name);
        await guest.MarkAsync(1);
        var memory = (await guest.StateAsync()).Memory;
        var xml = $"<domainsnapshot><name>ram</name><memory snapshot='external' file='{guest.Lab.Folder}/ram.mem'/>"
            + "<disks><disk name='vda' snapshot='no'/><disk name='vdb' snapshot='no'/></disks></domainsnapshot>";
        var snapshot = await calls.Snapshots.CreateXmlAsync(vm, xml, SnapshotCreateFlags.None, quiet, guest.Token);
        await using (var channel = await guest.ConnectAsync())
        {
            await channel.FillAsync(GuestLab.FillMib, 7, guest.Token);
        }

        var process = await guest.ProcessIdAsync();
        var refused = await Assert.ThrowsAsync<SnapshotException>(
            () => calls.Snapshots.RevertAsync(snapshot, SnapshotRevertFlags.None, quiet, guest.Token));
        Assert.Equal(ErrorCode.RevertRisky, refused.Code);
        Assert.Equal(process, await guest.ProcessIdAsync());
        await calls.Snapshots.RevertAsync(snapshot, SnapshotRevertFlags.Force, quiet, guest.Token);
        Assert.Equal(memory, (await guest.StateAsync()).Memory);
    }

    [Fact]
    public async Task Halt_and_no_metadata_and_reuse_do_to_a_real_guest_what_they_say()
    {
        await using var guest = await GuestLab.StartAsync();
        var (calls, quiet) = (guest.Lab.Engine.Calls, guest.Lab.Quiet);
        var vm = calls.Domains.LookupByName(GuestLab.Name);
        await guest.MarkAsync(1);
        var state = await guest.StateAsync();

        // A backup: the frozen images are left to whoever asked.
        await calls.Snapshots.CreateXmlAsync(vm, "<domainsnapshot/>", SnapshotCreateFlags.DiskOnly | SnapshotCreateFlags.NoMetadata, quiet, guest.Token);
        Assert.Equal(0, calls.Snapshots.Count(vm, SnapshotListFlags.None));
        var active = await guest.Lab.ActiveAsync(GuestLab.Name);
        Assert.Equal("a.qcow2", active.Backing!.Path.FileName);

        var mine = $"{guest.Lab.Disks}/mine.qcow2";
        await guest.Lab.ToolAsync("qemu-img", "create", "-q", "-f", "qcow2", "-b", active.Path.Value, "-F", "qcow2", mine);
        var xml = $"<domainsnapshot><name>s1</name><memory snapshot='external' file='{guest.Lab.Folder}/s1.mem'/>"
            + $"<disks><disk name='vda' snapshot='external'><source file='{mine}'/></disk></disks></domainsnapshot>";
        var snapshot = await calls.Snapshots.CreateXmlAsync(
            vm, xml, SnapshotCreateFlags.ReuseExternal | SnapshotCreateFlags.Halt, quiet, guest.Token);
        Assert.Equal(DomainState.Shutoff, await guest.DomainStateAsync());
        Assert.Equal(mine, (await guest.Lab.ActiveAsync(GuestLab.Name)).Path.Value);

        await calls.Snapshots.RevertAsync(snapshot, SnapshotRevertFlags.None, quiet, guest.Token);
        Assert.Equal(state, await guest.StateAsync());
        await calls.Snapshots.DeleteAsync(snapshot, SnapshotDeleteFlags.None, quiet, guest.Token);
        Assert.Equal(state, await guest.StateAsync());
        Assert.True(File.Exists($"{guest.Lab.Disks}/a.qcow2"));
    }
}
