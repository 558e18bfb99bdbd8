using System.Collections.Immutable;
using Snaptree.Cli.Verbs;
using Snaptree.Drivers;
using Snaptree.Engine;
using Snaptree.Model;

namespace Snaptree.Cli.Tests.Verbs;

public sealed class PresentStateTests
{
    private static readonly ImagePath Active = new("/images/active.qcow2");
    private static readonly ImagePath Frozen = new("/images/0.qcow2");

    [Fact]
    public void A_fresh_overlay_on_the_current_snapshot_holds_nothing_to_lose() =>
        Assert.Null(Loss(DomainState.Shutoff, holdsData: false, Frozen, current: "a"));

    [Fact]
    public void Data_in_the_overlay_would_be_lost() =>
        Assert.Equal("what was written to vda since snapshot 'a' (at most 5.0 MiB)", Loss(DomainState.Shutoff, holdsData: true, Frozen, current: "a"));

    [Fact]
    public void A_running_guest_is_something_to_lose_whatever_its_disks_hold() =>
        Assert.Equal(
            "the memory of the running guest and everything it did since snapshot 'a'", Loss(DomainState.Running, holdsData: false, Frozen, current: "a"));

    [Fact]
    public void An_empty_overlay_on_other_data_than_the_current_snapshot_keeps_is_something_to_lose() =>
        Assert.NotNull(Loss(DomainState.Shutoff, holdsData: false, new ImagePath("/images/other.qcow2"), current: "a"));

    [Fact]
    public void Without_a_current_snapshot_nothing_keeps_the_present_state() =>
        Assert.StartsWith("what was written to vda that no snapshot keeps", Loss(DomainState.Shutoff, holdsData: false, Frozen, current: null), StringComparison.Ordinal);

    private static string? Loss(DomainState state, bool holdsData, ImagePath backing, string? current)
    {
        var tree = Samples.Tree(current, "a");
        var record = new DomainRecord(
            Samples.DomainUuid, DomainName.Parse("web1"), "",
            ImmutableDictionary<DiskTarget, ImagePath>.Empty.Add(new DiskTarget("vda"), Active), null, tree.Current?.Uuid);
        var definition = new DomainDefinition { Name = record.Name, Uuid = record.Uuid, Accelerator = Accelerator.Tcg, MemoryBytes = 1, VirtualCpus = 1 };
        var image = new ImageInfo(Active, ImageFormat.Qcow2, 1 << 30, 5 << 20, new Backing(backing.Value, backing, ImageFormat.Qcow2), holdsData);
        var view = new DomainView { State = state, Images = new ImageTree([image], []) };
        return PresentState.LossOf(new DomainStatus(record, definition, view, null), tree, tree.Roots[0]);
    }
}
