using Snaptree.Drivers.Test;
using Snaptree.Model;

namespace Snaptree.Engine.Tests.Calls;

/// <summary>libvirt's snapshot calls on the hypervisor in memory: flags, refusals, and what each does to data.</summary>
public sealed class SnapshotCallsTests
{
    private const string External = "<domainsnapshot><name>{0}</name><memory snapshot='external' file='/memory/{0}'/>"
        + "<disks><disk name='vda' snapshot='external'><source file='/overlays/{0}'/></disk></disks></domainsnapshot>";

    [Theory]
    [InlineData(SnapshotCreateFlags.Current, "Flag 'VIR_DOMAIN_SNAPSHOT_CREATE_REDEFINE' is required by flag 'VIR_DOMAIN_SNAPSHOT_CREATE_CURRENT'")]
    [InlineData(SnapshotCreateFlags.Redefine | SnapshotCreateFlags.Halt, "Flags 'VIR_DOMAIN_SNAPSHOT_CREATE_REDEFINE' and 'VIR_DOMAIN_SNAPSHOT_CREATE_HALT' are mutually exclusive")]
    [InlineData(SnapshotCreateFlags.Redefine | SnapshotCreateFlags.NoMetadata, "Flags 'VIR_DOMAIN_SNAPSHOT_CREATE_REDEFINE' and 'VIR_DOMAIN_SNAPSHOT_CREATE_NO_METADATA' are mutually exclusive")]
    [InlineData(SnapshotCreateFlags.DiskOnly, "unsupported flags (0x10) in function testDomainSnapshotCreateXML")]
    [InlineData((SnapshotCreateFlags)0x1010, "unsupported flags (0x1010) in function testDomainSnapshotCreateXML")]
    public async Task A_create_with_wrong_flags_is_refused_in_libvirts_words(SnapshotCreateFlags flags, string message)
    {
        await using var lab = await CallsLab.StartAsync();
        var error = await Refused(ErrorCode.InvalidArgument, () => lab.CreateAsync("<domainsnapshot/>", flags));
        Assert.Equal(message, LibvirtText.Of(error));
        Assert.Equal(0, lab.Snapshots.Count(lab.Test, SnapshotListFlags.None));
    }

    [Fact]
    public async Task Missing_snapshots_parents_and_current_are_told_in_libvirts_words()
    {
        await using var lab = await CallsLab.StartAsync();
        Assert.False(lab.Snapshots.HasCurrent(lab.Test));
        Assert.Equal("Domain snapshot not found: the domain does not have a current snapshot", Text(() => lab.Snapshots.Current(lab.Test)));
        Assert.Equal("Domain snapshot not found: no domain snapshot with matching name 's1'", Text(() => lab.Snapshots.LookupByName(lab.Test, "s1")));
        var root = await lab.CreateNamedAsync("s1");
        Assert.Equal("Domain snapshot not found: snapshot 's1' does not have a parent", Text(() => lab.Snapshots.Parent(root)));
        Assert.True(lab.Snapshots.HasMetadata(root));
    }

    [Fact]
    public async Task A_snapshot_of_a_bare_document_is_internal_with_memory_and_named_by_the_second()
    {
        await using var lab = await CallsLab.StartAsync();
        var created = await lab.CreateAsync("<domainsnapshot/>");
        Assert.True(long.TryParse(created.Name, out var seconds) && seconds > 1_700_000_000);
        var xml = lab.Snapshots.GetXml(created, SnapshotXmlFlags.None);
        Assert.Contains("<memory snapshot='internal'/>", xml);
        Assert.Contains("<disk name='vda' snapshot='internal'/>", xml);
        Assert.Contains($"<creationTime>{seconds}</creationTime>", xml);
    }

    [Fact]
    public async Task A_document_that_does_not_fit_the_schema_is_refused_only_when_asked_to_be_held_against_it()
    {
        await using var lab = await CallsLab.StartAsync();
        const string Odd = "<domainsnapshot><name>s1</name><nonsense/></domainsnapshot>";
        await Refused(ErrorCode.XmlInvalidSchema, () => lab.CreateAsync(Odd, SnapshotCreateFlags.Validate));
        Assert.Equal(0, lab.Snapshots.Count(lab.Test, SnapshotListFlags.None));
        await lab.CreateAsync(Odd);
        await lab.CreateAsync("<domainsnapshot><name>s2</name></domainsnapshot>", SnapshotCreateFlags.Validate);
    }

    [Fact]
    public async Task Halt_ends_the_guest_with_the_snapshot_and_a_revert_brings_it_back_running()
    {
        await using var lab = await CallsLab.StartAsync();
        Guest(lab).Tick();
        var halted = await lab.CreateAsync("<domainsnapshot><name>s1</name></domainsnapshot>", SnapshotCreateFlags.Halt);
        var info = await lab.InfoAsync();
        Assert.Equal((DomainState.Shutoff, (int)ShutoffReason.FromSnapshot), (info.State, info.Reason));
        await lab.Snapshots.RevertAsync(halted, SnapshotRevertFlags.None, lab.Quiet, lab.Token);
        Assert.Equal((true, 1), (Guest(lab).IsRunning, Guest(lab).Counter));
    }

    [Fact]
    public async Task What_is_forgotten_keeps_its_bytes_through_every_later_deletion_and_can_be_told_again()
    {
        await using var lab = await CallsLab.StartAsync();
        var (first, second) = await TwoExternalAsync(lab);
        var before = lab.Host.Read(new ImagePath("/overlays/s1"));
        var xml = lab.Snapshots.GetXml(second, SnapshotXmlFlags.Secure);

        // libvirt's test driver has no such flag; the request behind it is the engine's own.
        await ForgetAsync(lab, "s2");
        Assert.Equal(["s1"], lab.Snapshots.ListAll(lab.Test, SnapshotListFlags.None).Select(one => one.Name));
        Assert.Equal("s1", lab.Snapshots.Current(lab.Test).Name);
        await lab.Snapshots.DeleteAsync(first, SnapshotDeleteFlags.None, lab.Quiet, lab.Token);
        Assert.Contains("/memory/s2", lab.Host.Files);
        Assert.Equal(before, lab.Host.Read(new ImagePath("/overlays/s1")));

        await lab.CreateAsync(xml.Replace("<parent>\n    <name>s1</name>\n  </parent>\n", "", StringComparison.Ordinal), SnapshotCreateFlags.Redefine);
        Guest(lab).Write("vda", 2, 9);
        await lab.Snapshots.RevertAsync(second, SnapshotRevertFlags.None, lab.Quiet, lab.Token);
        Assert.Equal((byte)2, Guest(lab).Read("vda", 1));
        Assert.Equal((byte)0, Guest(lab).Read("vda", 2));
    }

    [Fact]
    public async Task A_subtree_goes_at_once_and_the_guest_keeps_what_it_has()
    {
        await using var lab = await CallsLab.StartAsync();
        var (first, _) = await TwoExternalAsync(lab);
        Guest(lab).Write("vda", 3, 7);
        var present = Guest(lab).ReadAll("vda");
        await lab.Snapshots.DeleteAsync(first, SnapshotDeleteFlags.Children, lab.Quiet, lab.Token);
        Assert.Equal(0, lab.Snapshots.Count(lab.Test, SnapshotListFlags.None));
        Assert.Equal(present, Guest(lab).ReadAll("vda"));
        Assert.Equal(["/guest/diskimage1"], lab.Host.Files);
    }

    [Fact]
    public async Task Discarding_what_others_descend_from_is_refused_and_changes_nothing()
    {
        await using var lab = await CallsLab.StartAsync();
        var (first, second) = await TwoExternalAsync(lab);
        var files = lab.Host.Files;
        var error = await Refused(ErrorCode.OperationInvalid, () => lab.Snapshots.DeleteAsync(first, DeleteMode.Discard, lab.Quiet, lab.Token));
        Assert.Contains("'s2' descends from it", error.Message);
        Assert.Equal(files, lab.Host.Files);
        await lab.Snapshots.DeleteAsync(second, DeleteMode.Discard, lab.Quiet, lab.Token);
        await lab.Snapshots.DeleteAsync(first, DeleteMode.Discard, lab.Quiet, lab.Token);
        Assert.Equal(["/guest/diskimage1"], lab.Host.Files);
    }

    [Fact]
    public async Task Children_only_of_a_leaf_deletes_nothing_and_is_content()
    {
        await using var lab = await CallsLab.StartAsync();
        var only = await lab.CreateNamedAsync("s1");
        await lab.Snapshots.DeleteAsync(only, SnapshotDeleteFlags.ChildrenOnly, lab.Quiet, lab.Token);
        Assert.Equal(1, lab.Snapshots.Count(lab.Test, SnapshotListFlags.None));
    }

    [Fact]
    public async Task A_renamed_internal_snapshot_is_still_found_inside_its_image_and_its_old_name_is_free()
    {
        await using var lab = await CallsLab.StartAsync();
        Guest(lab).Write("vda", 1, 1);
        var old = await lab.CreateNamedAsync("s1");
        var renamed = await lab.Snapshots.RenameAsync(old, "before", lab.Quiet, lab.Token);
        Guest(lab).Write("vda", 1, 2);
        await lab.CreateNamedAsync("s1");
        Assert.Equal("before", lab.Snapshots.Parent(lab.Snapshots.LookupByName(lab.Test, "s1")).Name);
        Guest(lab).Write("vda", 1, 3);

        await lab.Snapshots.RevertAsync(renamed, SnapshotRevertFlags.None, lab.Quiet, lab.Token);
        Assert.Equal((byte)1, Guest(lab).Read("vda", 1));
        await lab.Snapshots.RevertAsync(lab.Snapshots.LookupByName(lab.Test, "s1"), SnapshotRevertFlags.None, lab.Quiet, lab.Token);
        Assert.Equal((byte)2, Guest(lab).Read("vda", 1));
        await Refused(ErrorCode.OperationFailed, () => lab.Snapshots.RenameAsync(renamed, "s1", lab.Quiet, lab.Token));
        await lab.Snapshots.DeleteAllAsync(lab.Test, lab.Quiet, lab.Token);
        Assert.Equal(0, lab.Snapshots.Count(lab.Test, SnapshotListFlags.None));
    }

    [Fact]
    public async Task A_snapshot_named_by_a_small_number_is_not_taken_for_another_one_inside_the_image()
    {
        await using var lab = await CallsLab.StartAsync();
        Guest(lab).Write("vda", 1, 1);
        await lab.CreateNamedAsync("first");
        Guest(lab).Write("vda", 1, 2);
        var number = await lab.CreateNamedAsync("1");
        Guest(lab).Write("vda", 1, 3);
        await lab.Snapshots.RevertAsync(number, SnapshotRevertFlags.None, lab.Quiet, lab.Token);
        Assert.Equal((byte)2, Guest(lab).Read("vda", 1));
    }

    [Fact]
    public async Task Undefine_asks_for_the_snapshots_and_takes_them_along_in_full_when_told()
    {
        await using var lab = await CallsLab.StartAsync();
        await TwoExternalAsync(lab);
        await lab.Domains.DestroyAsync(lab.Test, DomainDestroyFlags.None, lab.Quiet, lab.Token);
        var error = await Refused(ErrorCode.OperationInvalid, () => lab.Domains.UndefineAsync(lab.Test, DomainUndefineFlags.None, lab.Quiet, lab.Token));
        Assert.Equal("Requested operation is not valid: cannot delete inactive domain with 2 snapshots", LibvirtText.Of(error));
        await lab.Domains.UndefineAsync(lab.Test, DomainUndefineFlags.SnapshotsFull, lab.Quiet, lab.Token);
        Assert.Equal(["/guest/diskimage1"], lab.Host.Files);
        Assert.Empty(await lab.Domains.ListAllAsync(DomainListFlags.None, lab.Token));
        await Refused(ErrorCode.NoDomain, () => Task.FromResult(lab.Snapshots.ListAll(lab.Test, SnapshotListFlags.None)));
    }

    [Fact]
    public async Task Undefine_with_the_metadata_leaves_all_data()
    {
        await using var lab = await CallsLab.StartAsync();
        await TwoExternalAsync(lab);
        await lab.Domains.DestroyAsync(lab.Test, DomainDestroyFlags.None, lab.Quiet, lab.Token);
        var files = lab.Host.Files;
        await lab.Domains.UndefineAsync(lab.Test, DomainUndefineFlags.SnapshotsMetadata, lab.Quiet, lab.Token);
        Assert.Equal(files, lab.Host.Files);
    }

    /// <summary>Block 1 is 1 at s1, 2 at s2, 3 now.</summary>
    private static async Task<(SnapshotHandle First, SnapshotHandle Second)> TwoExternalAsync(CallsLab lab)
    {
        Guest(lab).Write("vda", 1, 1);
        var first = await lab.CreateAsync(External.Replace("{0}", "s1", StringComparison.Ordinal));
        Guest(lab).Write("vda", 1, 2);
        var second = await lab.CreateAsync(External.Replace("{0}", "s2", StringComparison.Ordinal));
        Guest(lab).Write("vda", 1, 3);
        return (first, second);
    }

    private static Task ForgetAsync(CallsLab lab, string name) =>
        lab.Engine.Snapshots.DeleteAsync(lab.Test.Name, name, new DeleteRequest { MetadataOnly = true }, lab.Quiet, lab.Token);

    private static string Text(Action act) => LibvirtText.Of(Assert.Throws<SnapshotException>(act));

    private static async Task<SnapshotException> Refused(ErrorCode code, Func<Task> act)
    {
        var error = await Assert.ThrowsAsync<SnapshotException>(act);
        Assert.Equal(code, error.Code);
        Assert.NotEmpty(error.Remedy);
        return error;
    }

    private static TestGuest Guest(CallsLab lab) => lab.Host.Guest(lab.Test.Uuid, Assert.Single(lab.Host.Instances(lab.Test.Uuid)));
}
