using System.Collections.Immutable;
using Snaptree.Model;

namespace Snaptree.Formats.Tests;

/// <summary>The rules of alignment that the test driver has no way to; the others are compared with it.</summary>
public class AlignmentTests
{
    private static readonly ImmutableArray<DomainDisk> Disks =
    [
        Disk("vda"), Disk("vdb") with { SnapshotDefault = SnapshotLocation.Manual }, Disk("vdc") with { ReadOnly = true },
        Disk("vdd") with { Source = null },
    ];

    [Fact]
    public void Without_a_definition_there_is_nothing_to_align() =>
        AssertRefused(ErrorCode.Internal, "missing domain in snapshot", () => SnapshotDiskAlignment.Align([], null, Rules()));

    [Fact]
    public void A_domain_without_disks_needs_none_and_may_be_asked_for_none()
    {
        Assert.Empty(SnapshotDiskAlignment.Align([], ImmutableArray<DomainDisk>.Empty, Rules()));
        AssertRefused(
            ErrorCode.ConfigUnsupported, "too many disk snapshot requests for domain",
            () => SnapshotDiskAlignment.Align([new("vda", null)], ImmutableArray<DomainDisk>.Empty, Rules()));
    }

    [Theory]
    [InlineData(SnapshotLocation.Internal, false, "Internal Manual No No")]
    [InlineData(SnapshotLocation.External, false, "External Manual No No")]
    [InlineData(SnapshotLocation.External, true, "External External External No")]
    public void Force_overrules_what_the_domain_asks_for_but_never_an_empty_drive(SnapshotLocation fallback, bool force, string expected) =>
        Assert.Equal(
            expected,
            string.Join(' ', SnapshotDiskAlignment.Align([], Disks, Rules(fallback) with { IsForced = force }).Select(disk => disk.Location)));

    [Theory]
    [InlineData(SnapshotLocation.No)]
    [InlineData(SnapshotLocation.External)]
    [InlineData(SnapshotLocation.Manual)]
    public void Where_all_must_be_internal_nothing_else_may_be_listed(SnapshotLocation location)
    {
        AssertRefused(
            ErrorCode.ConfigUnsupported, "disk 'vda' must use snapshot mode 'internal'",
            () => SnapshotDiskAlignment.Align([new("vda", location)], Disks, Rules()));
        Assert.Equal(
            location, SnapshotDiskAlignment.Align([new("vda", location)], Disks, Rules() with { IsUniform = false })[0].Location);
    }

    [Theory]
    [InlineData(SnapshotLocation.Internal, true, SnapshotLocation.Internal)]
    [InlineData(SnapshotLocation.Internal, false, SnapshotLocation.Manual)]
    [InlineData(SnapshotLocation.External, true, SnapshotLocation.Manual)]
    public void A_listed_disk_that_is_undecided_follows_the_domain_unless_all_must_be_internal(
        SnapshotLocation fallback, bool uniform, SnapshotLocation expected) =>
        Assert.Equal(
            expected, SnapshotDiskAlignment.Align([new("vdb", null)], Disks, Rules(fallback) with { IsUniform = uniform })[1].Location);

    [Fact]
    public void Entries_stand_in_the_domains_order_under_target_names() => Assert.Equal(
        [
            new("vda", SnapshotLocation.External) { Path = "/i/vda.s" },
            new("vdb", SnapshotLocation.External) { Path = "/o/b" },
            new("vdc", SnapshotLocation.No),
            new DocumentDisk("vdd", SnapshotLocation.No),
        ],
        SnapshotDiskAlignment.Align(
            [new("/i/vdb.qcow2", SnapshotLocation.External) { Path = "/o/b" }, new("vda", null)], Disks, Rules(SnapshotLocation.External)));

    [Theory]
    [InlineData("/i/a.qcow2", "/i/a.s")]
    [InlineData("/i/a", "/i/a.s")]
    [InlineData("/i.d/a", "/i.d/a.s")]
    [InlineData("/i/.a", "/i/.s")]
    [InlineData("/i/a.b.c", "/i/a.b.s")]
    [InlineData("/i/a.", "/i/a.s")]
    public void A_generated_name_replaces_the_last_suffix_of_the_last_part(string source, string expected) => Assert.Equal(
        expected,
        SnapshotDiskAlignment.Align([], [Disk("vda") with { Source = new ImagePath(source) }], Rules(SnapshotLocation.External))[0].Path);

    private static AlignmentRules Rules(SnapshotLocation fallback = SnapshotLocation.Internal) => new(fallback, "s", _ => true);

    private static DomainDisk Disk(string target) =>
        new(new(target), DiskDevice.Disk, DiskBus.Virtio, new ImagePath($"/i/{target}.qcow2"), ImageFormat.Qcow2);

    private static void AssertRefused(ErrorCode code, string message, Action act)
    {
        var refusal = Samples.Refused(act);
        Assert.Equal((code, message), (refusal.Code, refusal.Message));
    }
}
