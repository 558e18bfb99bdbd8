using Snaptree.Model;

namespace Snaptree.Engine.Tests.Planning;

public sealed class CreatePlannerTests
{
    private static readonly Layer[] TwoDisks = [new("base"), new("a", "base"), new("b") { Disk = "vdb" }];

    [Fact]
    public void A_running_guest_is_stopped_saved_and_switched_at_one_instant()
    {
        var facts = PlanLab.Facts(TwoDisks).Active();

        var plan = Create(facts, Request("before"));

        Assert.Equal(
            ["CreateOverlay", "CreateOverlay", "OpenOverlays", "PauseGuest", "SaveMemory", "SwitchDisks", "ResumeGuest", "Record", "WriteRecords"],
            plan.Kinds());
        Assert.IsType<SwitchDisksStep>(plan.NoReturnStep());
        Assert.Equal(PlanLab.MemoryBytes, plan.Costs.CopiedBytes);
        Assert.Equal([new SpaceNeed("/memory", PlanLab.MemoryBytes, 1L << 39)], plan.Costs.Space);
        var overlays = plan.One<SwitchDisksStep>().Overlays;
        Assert.Equal([Layer.At("a"), Layer.At("b")], overlays.Select(overlay => overlay.Backing));
        Assert.Equal([.. overlays.Select(overlay => overlay.Path.Value), "/memory/abcdefghij.mem"], plan.Costs.FilesWritten);
        Assert.Empty(plan.Costs.FilesRemoved);
        Assert.Empty(plan.Costs.Destroys);
        Assert.NotNull(plan.Costs.GuestPause);
        var change = plan.One<RecordStep>().Change;
        Assert.Equal(overlays.Select(overlay => new ActiveImage(overlay.Disk, overlay.Path)), change.ActiveImages);
        Assert.Equal(overlays.Select(overlay => new ImageRecord(overlay.Disk, overlay.Path, ImageRole.Owned)), change.AddImages);
        var snapshot = change.Add!.Snapshot;
        Assert.Equal((SnapshotKind.SystemCheckpoint, SnapshotState.Running, facts.NewUuid), (snapshot.Kind, snapshot.State, change.Current!.To!.Value));
        Assert.Equal([Layer.At("a"), Layer.At("b")], snapshot.ClaimedImages);
    }

    [Fact]
    public void A_paused_guest_stays_paused()
    {
        var plan = Create(PlanLab.Facts(new Layer("base")).Active(DomainState.Paused), Request("s"));

        Assert.Equal(["CreateOverlay", "OpenOverlays", "SaveMemory", "SwitchDisks", "Record", "WriteRecords"], plan.Kinds());
        Assert.Equal(SnapshotState.Paused, plan.One<RecordStep>().Change.Add!.Snapshot.State);
    }

    [Fact]
    public void Without_memory_the_guest_does_not_stand_still()
    {
        foreach (var request in new[] { Request("s") with { DiskOnly = true }, Request("s") with { Memory = MemoryLocation.No } })
        {
            var plan = Create(PlanLab.Facts(new Layer("base")).Active(), request);

            Assert.Equal(["CreateOverlay", "OpenOverlays", "SwitchDisks", "Record", "WriteRecords"], plan.Kinds());
            Assert.Equal(SnapshotState.DiskSnapshot, plan.One<RecordStep>().Change.Add!.Snapshot.State);
            Assert.Equal((0, null), (plan.Costs.CopiedBytes, plan.Costs.GuestPause));
        }
    }

    [Fact]
    public void A_quiesced_guest_is_frozen_just_before_the_switch_and_thawed_just_after_it()
    {
        var plan = Create(PlanLab.Facts(new Layer("base")).Active().WithAgent(), Quiesced("s"));

        Assert.Equal(["CreateOverlay", "OpenOverlays", "FreezeGuest", "SwitchDisks", "ThawGuest", "Record", "WriteRecords"], plan.Kinds());
        Assert.IsType<SwitchDisksStep>(plan.NoReturnStep());
        Assert.NotNull(plan.Costs.GuestPause);
    }

    [Fact]
    public void What_cannot_be_quiesced_is_refused()
    {
        var running = PlanLab.Facts(new Layer("base")).Active();
        var able = running.WithAgent();
        PlanChecks.Refused(ErrorCode.AgentUnresponsive, () => CreatePlanner.Plan(running, Quiesced("s")));
        PlanChecks.Refused(ErrorCode.InvalidArgument, () => CreatePlanner.Plan(able, Quiesced("s") with { DiskOnly = false }));
        PlanChecks.Refused(
            ErrorCode.OperationUnsupported,
            () => CreatePlanner.Plan(able, Quiesced("s") with { Disks = [new DiskChoice("vda", SnapshotLocation.Manual, null)] }));
        foreach (var facts in new[] { PlanLab.Facts(new Layer("base")), PlanLab.Facts(new Layer("base")).Active(DomainState.Paused) })
        {
            PlanChecks.Refused(ErrorCode.OperationInvalid, () => CreatePlanner.Plan(facts.WithAgent(), Quiesced("s")));
        }
    }

    [Fact]
    public void A_shut_off_domain_gets_overlays_and_a_record_and_the_new_snapshot_is_a_child_of_the_current_one()
    {
        var facts = PlanLab.Facts(new("base"), new("a", "base")).With(PlanLab.External(1, null, ("vda", "base")));

        var plan = Create(facts, Request("s2"));

        Assert.Equal(["CreateOverlay", "Record", "WriteRecords"], plan.Kinds());
        Assert.IsType<RecordStep>(plan.NoReturnStep());
        var snapshot = plan.One<RecordStep>().Change.Add!.Snapshot;
        Assert.Equal((SnapshotState.Shutoff, facts.Domain.Current), (snapshot.State, snapshot.Parent));
        Assert.Equal([facts.NewUuid, facts.Domain.Current!.Value], plan.One<WriteRecordsStep>().Snapshots);
    }

    [Theory]
    [InlineData("/elsewhere/a.mem", "/elsewhere")]
    [InlineData("/a.mem", "/")]
    public void Memory_goes_where_it_was_asked_to_go(string path, string folder)
    {
        var plan = Create(PlanLab.Facts(new Layer("base")).Active(), Request("s") with { MemoryPath = path });

        Assert.Equal(path, plan.One<SaveMemoryStep>().Path);
        Assert.Equal(folder, Assert.Single(plan.Costs.Space).Folder);
        Assert.Equal(path, plan.One<RecordStep>().Change.Add!.Snapshot.MemoryPath);
    }

    [Fact]
    public void An_internal_snapshot_is_one_act_and_that_is_the_point_of_no_return()
    {
        var plan = Create(PlanLab.Facts(TwoDisks).Active(), Request("in") with { Memory = MemoryLocation.Internal });

        Assert.Equal(["SaveInternal", "Record", "WriteRecords"], plan.Kinds());
        Assert.IsType<SaveInternalStep>(plan.NoReturnStep());
        Assert.Equal([Layer.At("a"), Layer.At("b")], plan.One<SaveInternalStep>().Images);
        Assert.Empty(plan.Costs.FilesWritten);
        Assert.NotNull(plan.Costs.GuestPause);
        Assert.Equal(MemoryLocation.Internal, plan.One<RecordStep>().Change.Add!.Snapshot.Memory);
    }

    [Fact]
    public void An_internal_snapshot_of_a_shut_off_domain_has_no_memory()
    {
        var plan = Create(PlanLab.Facts(new Layer("base")), Request("in") with { Memory = MemoryLocation.Internal });

        Assert.False(plan.One<SaveInternalStep>().WithMemory);
        Assert.Equal(MemoryLocation.No, plan.One<RecordStep>().Change.Add!.Snapshot.Memory);
    }

    [Theory]
    [InlineData("1")]
    [InlineData("007")]
    [InlineData("999999")]
    public void A_small_number_is_not_what_an_internal_snapshot_is_called_inside_its_image(string name)
    {
        var plan = Create(PlanLab.Facts(new Layer("base")), Request(name) with { Memory = MemoryLocation.Internal });
        Assert.Equal("snaptree-abcdefghij", plan.One<SaveInternalStep>().Request.Tag);
        Assert.Equal(("snaptree-abcdefghij", name), (plan.One<RecordStep>().Change.Add!.Snapshot.Tag, plan.One<RecordStep>().Change.Add!.Snapshot.Name.Value));
    }

    [Fact]
    public void A_snapshot_that_somebody_else_made_inside_the_image_keeps_its_name_there()
    {
        var plan = Create(PlanLab.Facts(new Layer("base") { Tags = ["in"] }), Request("in") with { Memory = MemoryLocation.Internal });
        Assert.Equal("snaptree-abcdefghij", plan.One<SaveInternalStep>().Request.Tag);
    }

    [Fact]
    public void Taking_one_more_does_not_look_at_the_tree_or_at_other_domains()
    {
        var facts = PlanLab.Facts(TwoDisks) with
        {
            TreeSource = () => throw new InvalidOperationException("the tree was read"),
            ImagesOfOthersSource = () => throw new InvalidOperationException("images of other domains were read"),
        };
        CreatePlanner.Plan(facts, Request("s"));
        CreatePlanner.Plan(facts, Request("in") with { Memory = MemoryLocation.Internal });
    }

    [Theory]
    [InlineData("1000000")]
    [InlineData("20260304")]
    [InlineData("1a")]
    public void A_date_is_a_good_name_for_an_internal_snapshot(string name) =>
        Assert.Equal(
            name, Create(PlanLab.Facts(new Layer("base")), Request(name) with { Memory = MemoryLocation.Internal }).One<SaveInternalStep>().Request.Tag);

    [Theory]
    [InlineData(DomainState.Crashed)]
    [InlineData(DomainState.PmSuspended)]
    [InlineData(DomainState.Shutdown)]
    public void A_domain_that_is_neither_running_nor_paused_nor_shut_off_is_refused(DomainState state) =>
        Refused(ErrorCode.OperationInvalid, PlanLab.Facts(new Layer("base")).Active(state), Request("s"));

    [Fact]
    public void What_an_internal_snapshot_cannot_do_is_refused()
    {
        var inside = Request("in") with { Memory = MemoryLocation.Internal };
        var raw = PlanLab.Facts(new Layer("base") { Format = ImageFormat.Raw });

        Refused(ErrorCode.ConfigUnsupported, raw, inside, "vda");
        Refused(ErrorCode.ConfigUnsupported, PlanLab.Facts(TwoDisks).Active(), inside with { Disks = [Choice("vdb", SnapshotLocation.No)] }, "vdb");
        Refused(ErrorCode.ConfigUnsupported, PlanLab.Facts(TwoDisks), inside with { Disks = [Choice("vdb", SnapshotLocation.External)] }, "vdb");
    }

    [Fact]
    public void Disks_are_found_by_target_or_by_path_and_may_be_left_out_or_sent_elsewhere()
    {
        var plan = Create(PlanLab.Facts(TwoDisks), Request("s") with
        {
            Disks = [new("/images/a.qcow2", null, new ImagePath("/fast/mine.qcow2")), Choice("vdb", SnapshotLocation.No)],
        });

        Assert.Equal(new ImagePath("/fast/mine.qcow2"), plan.One<CreateOverlayStep>().Overlay.Path);
        var parts = plan.One<RecordStep>().Change.Add!.Snapshot.Disks;
        Assert.Equal([SnapshotLocation.External, SnapshotLocation.No], parts.Select(part => part.Location));
        Assert.Null(parts[1].Image);
    }

    [Fact]
    public void Disks_that_do_not_fit_are_refused_by_name()
    {
        var facts = PlanLab.Facts(TwoDisks);
        var readOnly = facts with { Definition = facts.Definition with { Disks = [facts.Definition.Disks[0] with { ReadOnly = true }] } };

        Refuse(facts, null, Choice("vdz", null));
        Refuse(facts, null, Choice("/images/nowhere.qcow2", null));
        Refuse(facts, "vda", Choice("vda", null), Choice("/images/a.qcow2", null));
        Refuse(facts, "vda", Choice("vda", SnapshotLocation.Internal));
        Refuse(facts, "vda", new DiskChoice("vda", SnapshotLocation.No, new ImagePath("/x")));
        Refuse(readOnly, "vda", Choice("vda", SnapshotLocation.External));
        Refuse(readOnly, null);
        Refuse(facts, null, Choice("vda", SnapshotLocation.No), Choice("vdb", SnapshotLocation.Manual));

        static void Refuse(PlanFacts facts, string? disk, params DiskChoice[] choices) =>
            Refused(ErrorCode.ConfigUnsupported, facts, Request("s") with { Disks = [.. choices] }, disk);
    }

    [Fact]
    public void What_the_definition_says_about_a_disk_holds_until_the_request_says_otherwise()
    {
        var facts = PlanLab.Facts(TwoDisks);
        facts = facts with
        {
            Definition = facts.Definition with
            {
                Disks = [facts.Definition.Disks[0], facts.Definition.Disks[1] with { SnapshotDefault = SnapshotLocation.No }],
            },
        };

        Assert.Single(Create(facts, Request("s")).Steps.OfType<CreateOverlayStep>());
        Assert.Equal(2, Create(facts, Request("s") with { Disks = [Choice("vdb", SnapshotLocation.External)] }).Steps.OfType<CreateOverlayStep>().Count());
    }

    private static CreateRequest Quiesced(string name) => Request(name) with { DiskOnly = true, Quiesce = true };

    private static CreateRequest Request(string name) => new(SnapshotName.Parse(name));

    private static DiskChoice Choice(string disk, SnapshotLocation? location) => new(disk, location, null);

    private static Plan Create(PlanFacts facts, CreateRequest request) => CreatePlanner.Plan(facts, request).Sound(facts);

    private static void Refused(ErrorCode code, PlanFacts facts, CreateRequest request, string? disk = null) =>
        PlanChecks.Refused(code, () => CreatePlanner.Plan(facts, request), disk);
}
