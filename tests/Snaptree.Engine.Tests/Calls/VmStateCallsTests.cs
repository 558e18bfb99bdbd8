using Snaptree.Formats;
using Snaptree.Model;

namespace Snaptree.Engine.Tests.Calls;

/// <summary>Saved state by libvirt's calls, on the hypervisor in memory, whose guest is a counter.</summary>
public sealed class VmStateCallsTests
{
    private const string Path = "/saved/test.save";

    [Theory]
    [InlineData(false, SaveRestoreFlags.None, SaveRestoreFlags.None, DomainState.Running)]
    [InlineData(true, SaveRestoreFlags.None, SaveRestoreFlags.None, DomainState.Paused)]
    [InlineData(true, SaveRestoreFlags.Running, SaveRestoreFlags.None, DomainState.Running)]
    [InlineData(false, SaveRestoreFlags.Paused, SaveRestoreFlags.None, DomainState.Paused)]
    [InlineData(false, SaveRestoreFlags.Paused, SaveRestoreFlags.Running, DomainState.Running)]
    public async Task A_saved_guest_goes_on_from_its_memory(bool isPaused, SaveRestoreFlags atSave, SaveRestoreFlags atRestore, DomainState expected)
    {
        await using var lab = await CallsLab.StartAsync();
        Guest(lab).Tick();
        var counter = Guest(lab).Counter;
        if (isPaused)
        {
            await lab.Domains.SuspendAsync(lab.Test, lab.Quiet, lab.Token);
        }

        await lab.VmState.SaveAsync(lab.Test, Path, null, atSave, lab.Quiet, lab.Token);
        Assert.Equal((DomainState.Shutoff, (int)ShutoffReason.Saved), StateOf(await lab.InfoAsync()));

        var restored = await lab.VmState.RestoreAsync(Path, null, atRestore, lab.Quiet, lab.Token);
        Assert.Equal(lab.Test, restored);
        Assert.Equal(expected, (await lab.InfoAsync()).State);
        Assert.Equal(counter, Guest(lab).Counter);
        Assert.Contains(Path, lab.Host.Files);
    }

    [Fact]
    public async Task A_managed_save_is_resumed_by_the_next_start_and_used_up()
    {
        await using var lab = await CallsLab.StartAsync();
        Guest(lab).Tick();
        var counter = Guest(lab).Counter;
        await lab.VmState.ManagedSaveAsync(lab.Test, SaveRestoreFlags.None, lab.Quiet, lab.Token);
        Assert.True(lab.VmState.HasManagedSaveImage(lab.Test));
        var file = Assert.Single(lab.Host.Files, file => file.EndsWith(".save", StringComparison.Ordinal));
        Assert.Equal(
            DomainXml.WithId(await lab.Domains.GetXmlAsync(lab.Test, DomainXmlFlags.Inactive, lab.Token), null),
            await lab.VmState.ManagedSaveGetXmlAsync(lab.Test, DomainXmlFlags.None, lab.Token));

        await lab.Domains.CreateAsync(lab.Test, DomainStartFlags.None, lab.Quiet, lab.Token);
        Assert.Equal((DomainState.Running, (int)RunningReason.Restored), StateOf(await lab.InfoAsync()));
        Assert.Equal(counter, Guest(lab).Counter);
        Assert.False(lab.VmState.HasManagedSaveImage(lab.Test));
        Assert.DoesNotContain(file, lab.Host.Files);
    }

    [Fact]
    public async Task A_forced_boot_and_a_removal_give_the_managed_save_up_and_nothing_else_does()
    {
        await using var lab = await CallsLab.StartAsync();
        await lab.VmState.ManagedSaveAsync(lab.Test, SaveRestoreFlags.None, lab.Quiet, lab.Token);
        await Refused(ErrorCode.OperationInvalid, () => lab.Domains.UndefineAsync(lab.Test, DomainUndefineFlags.None, lab.Quiet, lab.Token));
        Assert.True(lab.VmState.HasManagedSaveImage(lab.Test));
        await lab.Domains.CreateAsync(lab.Test, DomainStartFlags.ForceBoot, lab.Quiet, lab.Token);
        Assert.False(lab.VmState.HasManagedSaveImage(lab.Test));
        Assert.Equal((int)RunningReason.Booted, (await lab.InfoAsync()).Reason);

        await lab.VmState.ManagedSaveAsync(lab.Test, SaveRestoreFlags.None, lab.Quiet, lab.Token);
        await lab.VmState.ManagedSaveRemoveAsync(lab.Test, lab.Quiet, lab.Token);
        Assert.False(lab.VmState.HasManagedSaveImage(lab.Test));
        Assert.DoesNotContain(lab.Host.Files, file => file.EndsWith(".save", StringComparison.Ordinal));
        await Refused(ErrorCode.OperationInvalid, () => lab.VmState.ManagedSaveGetXmlAsync(lab.Test, DomainXmlFlags.None, lab.Token));
    }

    [Fact]
    public async Task Going_back_to_an_inactive_snapshot_gives_a_managed_save_up_only_by_force()
    {
        await using var lab = await CallsLab.StartAsync();
        await lab.Domains.DestroyAsync(lab.Test, DomainDestroyFlags.None, lab.Quiet, lab.Token);
        var off = await lab.CreateNamedAsync("off");
        await lab.Domains.CreateAsync(lab.Test, DomainStartFlags.None, lab.Quiet, lab.Token);
        await lab.VmState.ManagedSaveAsync(lab.Test, SaveRestoreFlags.None, lab.Quiet, lab.Token);

        await Refused(ErrorCode.RevertRisky, () => lab.Snapshots.RevertAsync(off, SnapshotRevertFlags.None, lab.Quiet, lab.Token));
        Assert.True(lab.VmState.HasManagedSaveImage(lab.Test));
        await lab.Snapshots.RevertAsync(off, SnapshotRevertFlags.Force, lab.Quiet, lab.Token);
        Assert.False(lab.VmState.HasManagedSaveImage(lab.Test));
        Assert.Equal(DomainState.Shutoff, (await lab.InfoAsync()).State);
    }

    [Fact]
    public async Task Memory_is_not_restored_on_disks_that_have_moved_on()
    {
        await using var lab = await CallsLab.StartAsync();
        await lab.VmState.SaveAsync(lab.Test, Path, null, SaveRestoreFlags.None, lab.Quiet, lab.Token);
        await lab.CreateAsync(
            "<domainsnapshot><name>s1</name><disks><disk name='vda' snapshot='external'><source file='/overlays/s1'/></disk></disks></domainsnapshot>");
        var error = await Refused(ErrorCode.OperationInvalid, () => lab.VmState.RestoreAsync(Path, null, SaveRestoreFlags.None, lab.Quiet, lab.Token));
        Assert.Contains("/overlays/s1", error.Message);
        Assert.Equal(DomainState.Shutoff, (await lab.InfoAsync()).State);
    }

    [Fact]
    public async Task Nothing_is_saved_over_a_file_and_nothing_of_a_guest_that_is_off()
    {
        await using var lab = await CallsLab.StartAsync();
        await lab.VmState.SaveAsync(lab.Test, Path, null, SaveRestoreFlags.None, lab.Quiet, lab.Token);
        await Refused(ErrorCode.OperationInvalid, () => lab.VmState.SaveAsync(lab.Test, "/saved/2", null, SaveRestoreFlags.None, lab.Quiet, lab.Token));
        await lab.VmState.RestoreAsync(Path, null, SaveRestoreFlags.None, lab.Quiet, lab.Token);
        await Refused(ErrorCode.OperationInvalid, () => lab.VmState.RestoreAsync(Path, null, SaveRestoreFlags.None, lab.Quiet, lab.Token));
        await Refused(ErrorCode.OperationFailed, () => lab.VmState.SaveAsync(lab.Test, Path, null, SaveRestoreFlags.None, lab.Quiet, lab.Token));
        Assert.Equal(DomainState.Running, (await lab.InfoAsync()).State);
    }

    [Fact]
    public async Task The_document_in_a_save_image_can_be_changed_where_the_guest_does_not_see_it()
    {
        await using var lab = await CallsLab.StartAsync();
        await lab.VmState.SaveAsync(lab.Test, Path, null, SaveRestoreFlags.None, lab.Quiet, lab.Token);
        var xml = await lab.VmState.SaveImageGetXmlAsync(Path, DomainXmlFlags.Secure, lab.Token);
        var other = xml.Replace("2097152", "1048576", StringComparison.Ordinal);
        await lab.VmState.SaveImageDefineXmlAsync(Path, other, SaveRestoreFlags.Paused, lab.Token);
        Assert.Equal(other, await lab.VmState.SaveImageGetXmlAsync(Path, DomainXmlFlags.Secure, lab.Token));
        await Refused(
            ErrorCode.ConfigUnsupported,
            () => lab.VmState.SaveImageDefineXmlAsync(Path, xml.Replace("8388608", "4194304", StringComparison.Ordinal), SaveRestoreFlags.None, lab.Token));

        await lab.VmState.RestoreAsync(Path, null, SaveRestoreFlags.None, lab.Quiet, lab.Token);
        Assert.Equal(DomainState.Paused, (await lab.InfoAsync()).State);
        Assert.Equal(1048576, (await lab.InfoAsync()).UsedMemoryKib);
    }

    [Fact]
    public async Task Flags_that_exclude_each_other_or_do_not_exist_are_refused_in_libvirts_words()
    {
        await using var lab = await CallsLab.StartAsync();
        var both = await Refused(
            ErrorCode.InvalidArgument,
            () => lab.VmState.SaveAsync(lab.Test, Path, null, SaveRestoreFlags.Running | SaveRestoreFlags.Paused, lab.Quiet, lab.Token));
        Assert.Equal("Flags 'VIR_DOMAIN_SAVE_RUNNING' and 'VIR_DOMAIN_SAVE_PAUSED' are mutually exclusive", LibvirtText.Of(both));
        var unknown = await Refused(
            ErrorCode.InvalidArgument, () => lab.VmState.SaveAsync(lab.Test, Path, null, (SaveRestoreFlags)0x100, lab.Quiet, lab.Token));
        Assert.Equal("unsupported flags (0x100) in function testDomainSaveFlags", LibvirtText.Of(unknown));
    }

    private static async Task<SnapshotException> Refused(ErrorCode code, Func<Task> act)
    {
        var error = await Assert.ThrowsAsync<SnapshotException>(act);
        Assert.Equal(code, error.Code);
        Assert.NotEmpty(error.Remedy);
        return error;
    }

    private static (DomainState State, int Reason) StateOf(DomainInfo info) => (info.State, info.Reason);

    private static Snaptree.Drivers.Test.TestGuest Guest(CallsLab lab) =>
        lab.Host.Guest(lab.Test.Uuid, Assert.Single(lab.Host.Instances(lab.Test.Uuid)));
}
