namespace Snaptree.Model.Tests;

public sealed class SnapshotTests
{
    private static readonly ImagePath Image = new("/a");

    [Theory]
    [InlineData(MemoryLocation.No, SnapshotLocation.External, SnapshotKind.DiskSnapshot, true, false)]
    [InlineData(MemoryLocation.No, SnapshotLocation.Internal, SnapshotKind.DiskSnapshot, false, true)]
    [InlineData(MemoryLocation.No, SnapshotLocation.No, SnapshotKind.DiskSnapshot, false, false)]
    [InlineData(MemoryLocation.External, SnapshotLocation.No, SnapshotKind.VmState, true, false)]
    [InlineData(MemoryLocation.External, SnapshotLocation.Manual, SnapshotKind.VmState, true, false)]
    [InlineData(MemoryLocation.External, SnapshotLocation.External, SnapshotKind.SystemCheckpoint, true, false)]
    [InlineData(MemoryLocation.Internal, SnapshotLocation.Internal, SnapshotKind.SystemCheckpoint, false, true)]
    [InlineData(MemoryLocation.Internal, SnapshotLocation.No, SnapshotKind.VmState, false, true)]
    [InlineData(MemoryLocation.External, SnapshotLocation.Internal, SnapshotKind.SystemCheckpoint, true, true)]
    [InlineData(MemoryLocation.Internal, SnapshotLocation.External, SnapshotKind.SystemCheckpoint, true, true)]
    public void Kind_and_place_follow_from_memory_and_disks(
        MemoryLocation memory, SnapshotLocation disk, SnapshotKind kind, bool isExternal, bool isInternal)
    {
        var snapshot = Trees.Snapshot(1) with { Memory = memory, Disks = [Part(disk, Image)] };

        Assert.Equal((kind, isExternal, isInternal), (snapshot.Kind, snapshot.IsExternal, snapshot.IsInternal));
    }

    [Fact]
    public void Only_disks_that_are_kept_claim_an_image()
    {
        var snapshot = Trees.Snapshot(1) with
        {
            Disks =
            [
                Part(SnapshotLocation.External, new("/external")), Part(SnapshotLocation.Internal, new("/internal")),
                Part(SnapshotLocation.Manual, new("/manual")), Part(SnapshotLocation.No, new("/no")),
                Part(SnapshotLocation.External, null), Part(SnapshotLocation.Internal, null),
            ],
        };

        Assert.Equal(["/external", "/internal"], snapshot.ClaimedImages.Select(image => image.Value));
        Assert.Equal(snapshot.Name.Value, snapshot.InternalTag);
    }

    [Theory]
    [InlineData(DomainState.Running, true)]
    [InlineData(DomainState.Paused, true)]
    [InlineData(DomainState.Blocked, true)]
    [InlineData(DomainState.Crashed, true)]
    [InlineData(DomainState.PmSuspended, true)]
    [InlineData(DomainState.Shutoff, false)]
    [InlineData(DomainState.NoState, false)]
    public void A_domain_is_active_while_a_process_holds_it(DomainState state, bool active) => Assert.Equal(active, state.IsActive());

    [Fact]
    public void Only_a_disk_that_is_neither_empty_nor_read_only_is_writable()
    {
        var disk = new DomainDisk(new("vda"), DiskDevice.Disk, DiskBus.Virtio, Image, ImageFormat.Raw);

        Assert.True(disk.IsWritable);
        Assert.All([disk with { Source = null }, disk with { ReadOnly = true }, disk with { Device = DiskDevice.Cdrom }],
            other => Assert.False(other.IsWritable));
    }

    private static SnapshotDisk Part(SnapshotLocation location, ImagePath? image) => new(new("vda"), location, image, ImageFormat.Qcow2, null);
}
