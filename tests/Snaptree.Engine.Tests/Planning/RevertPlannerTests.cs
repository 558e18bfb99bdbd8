using Snaptree.Model;

namespace Snaptree.Engine.Tests.Planning;

public sealed class RevertPlannerTests
{
    private static readonly Snapshot Old = PlanLab.External(1, null, ("vda", "base"));
    private static readonly Snapshot Inside = PlanLab.Internal(1, null, ("vda", "base"));

    [Fact]
    public void The_new_guest_is_loaded_before_the_running_one_is_ended()
    {
        var snapshot = Old.WithMemory();
        var facts = PlanLab.Facts(new("base"), new("a", "base")).With(snapshot).Active();

        var plan = Revert(facts, snapshot);

        Assert.Equal(["CreateOverlay", "LaunchStandby", "StopGuest", "Record", "WriteRecords", "BeginStandby", "DeleteImage"], plan.Kinds());
        Assert.IsType<StopGuestStep>(plan.NoReturnStep());
        Assert.Equal(snapshot.MemoryPath, plan.One<LaunchStandbyStep>().MemoryPath);
        Assert.True(plan.One<BeginStandbyStep>().Run);
        Assert.Equal("present", plan.One<StopGuestStep>().Running.Instance.Value);
        Assert.Equal([Layer.At("a").Value], plan.Costs.FilesRemoved);
        Assert.Equal([plan.One<CreateOverlayStep>().Overlay.Path.Value], plan.Costs.FilesWritten);
        Assert.Equal(300 * Layer.MiB, plan.Costs.CopiedBytes);
        Assert.Equal(["everything the guest did since snapshot 's1'"], plan.Costs.Destroys);
        var change = plan.One<RecordStep>().Change;
        Assert.Equal(new CurrentMove(snapshot.Uuid), change.Current);
        Assert.Equal(facts.Operation.Value, change.Instance!.To!.Value.Value);
        Assert.Equal(Layer.At("base"), plan.One<CreateOverlayStep>().Overlay.Backing);
        Assert.Equal([new ActiveImage(PlanLab.Vda, plan.One<CreateOverlayStep>().Overlay.Path)], change.ActiveImages);
    }

    [Fact]
    public void A_disk_snapshot_leaves_the_domain_shut_off_unless_asked_otherwise()
    {
        var facts = PlanLab.Facts(new("base"), new("a", "base")).With(Old);

        Assert.Equal(["CreateOverlay", "Record", "WriteRecords", "DeleteImage"], Revert(facts, Old).Kinds());
        Assert.Equal(["CreateOverlay", "StopGuest", "Record", "WriteRecords", "DeleteImage"], Revert(facts.Active(), Old).Kinds());
        Assert.True(Revert(facts, Old, RevertTarget.Running).One<BeginStandbyStep>().Run);
        Assert.False(Revert(facts, Old, RevertTarget.Paused).One<BeginStandbyStep>().Run);
        Assert.Null(Revert(facts, Old).One<RecordStep>().Change.Instance!.To);
    }

    [Fact]
    public void What_other_snapshots_and_domains_need_and_what_the_user_brought_stays()
    {
        var other = PlanLab.External(2, 1, ("vda", "a"));
        Layer[] layers = [new("template") { Role = ImageRole.Underlying }, new("base", "template") { Role = ImageRole.Original }, new("a", "base"), new("b", "a")];

        Assert.Equal([Layer.At("b")], Gone(PlanLab.Facts(layers).With(Old, other)));
        Assert.Empty(Gone(PlanLab.Facts(layers).With(Old, other).WithOthersOn("b")));
        Assert.Equal([Layer.At("b"), Layer.At("a")], Gone(PlanLab.Facts(layers).With(Old)));
        Assert.Empty(Gone(PlanLab.Facts(new Layer("base")).With(Old)));

        static IEnumerable<ImagePath> Gone(PlanFacts facts) => Revert(facts, Old).Steps.OfType<DeleteImageStep>().Select(step => step.Path);
    }

    [Fact]
    public void A_disk_that_the_snapshot_does_not_cover_goes_on_as_it_is()
    {
        var facts = PlanLab.Facts(new("base"), new("a", "base"), new("b") { Disk = "vdb" }, new("c", "b") { Disk = "vdb" }).With(Old);

        var plan = Revert(facts, Old);

        Assert.Contains(new ActiveImage(new("vdb"), Layer.At("c")), plan.One<RecordStep>().Change.ActiveImages);
        Assert.Equal([Layer.At("a")], plan.Steps.OfType<DeleteImageStep>().Select(step => step.Path));
    }

    [Fact]
    public void Memory_that_is_missing_or_from_another_guest_is_refused_before_anything_is_touched()
    {
        var snapshot = Old.WithMemory();
        var facts = PlanLab.Facts(new("base"), new("a", "base")).With(snapshot).Active();

        PlanChecks.Refused(ErrorCode.OperationFailed, () => RevertPlanner.Plan(facts, facts.Revert(snapshot) with { Memory = null }));
        PlanChecks.Refused(ErrorCode.OperationFailed, () => RevertPlanner.Plan(facts, facts.Revert(snapshot) with { Memory = PlanLab.Memory(1) }));
    }

    [Fact]
    public void A_snapshot_whose_image_is_missing_is_refused()
    {
        var lost = PlanLab.External(1, null, ("vda", "lost"));
        var facts = PlanLab.Facts(new Layer("base")).With(lost);

        Assert.Equal(ErrorCode.OperationFailed, Assert.Throws<SnapshotException>(() => Revert(facts, lost)).Code);
    }

    [Fact]
    public void A_snapshot_that_is_partly_inside_and_partly_outside_is_refused()
    {
        var both = Old with { Memory = MemoryLocation.Internal };
        var facts = PlanLab.Facts(new Layer("base")).With(both);

        PlanChecks.Refused(ErrorCode.OperationUnsupported, () => Revert(facts, both));
    }

    [Fact]
    public void A_running_guest_of_the_same_shape_loads_its_internal_snapshot_in_place()
    {
        var snapshot = Inside with { Memory = MemoryLocation.Internal, State = SnapshotState.Running };
        var facts = PlanLab.Facts(new Layer("base") { Tags = ["s1"] }).With(snapshot).Active();

        var plan = Revert(facts, snapshot);

        Assert.Equal(["PauseGuest", "LoadInternal", "Record", "WriteRecords", "Present", "ResumeGuest"], plan.Kinds());
        Assert.IsType<LoadInternalStep>(plan.NoReturnStep());
        Assert.Equal(facts.Domain.Instance, plan.One<RecordStep>().Change.Instance!.To);
        Assert.Equal(PlanLab.MemoryBytes, plan.Costs.CopiedBytes);
        Assert.DoesNotContain("ResumeGuest", Revert(facts, snapshot, RevertTarget.Paused).Kinds());
    }

    [Fact]
    public void A_shut_off_domain_is_launched_to_load_its_internal_memory()
    {
        var snapshot = Inside with { Memory = MemoryLocation.Internal, State = SnapshotState.Paused };

        var plan = Revert(PlanLab.Facts(new Layer("base") { Tags = ["s1"] }).With(snapshot), snapshot);

        Assert.Equal(["LaunchStandby", "LoadInternal", "Record", "WriteRecords", "Present"], plan.Kinds());
    }

    [Fact]
    public void Another_definition_needs_another_process()
    {
        var snapshot = Inside with { Memory = MemoryLocation.Internal, State = SnapshotState.Running };
        var facts = PlanLab.Facts(new Layer("base") { Tags = ["s1"] }).With(snapshot).Active();
        var request = facts.Revert(snapshot) with { DomainXml = facts.Domain.Xml.Replace("<vcpu>1", "<vcpu>2", StringComparison.Ordinal) };

        var plan = RevertPlanner.Plan(facts, request).Sound(facts);

        Assert.Equal(["StopGuest", "LoadInternal", "Record", "WriteRecords", "Present", "ResumeGuest"], plan.Kinds());
        Assert.IsType<StopGuestStep>(plan.NoReturnStep());
        Assert.Equal(request.DomainXml, plan.One<RecordStep>().Change.Xml);
    }

    [Fact]
    public void Disks_alone_are_put_back_while_no_process_has_them()
    {
        var facts = PlanLab.Facts(new Layer("base") { Tags = ["s1"] }).With(Inside);

        Assert.Equal(["ApplyInternal", "Record", "WriteRecords"], Revert(facts, Inside).Kinds());
        Assert.Equal(["StopGuest", "ApplyInternal", "Record", "WriteRecords"], Revert(facts.Active(), Inside).Kinds());
        Assert.Equal(
            ["ApplyInternal", "LaunchStandby", "Record", "WriteRecords", "Present", "ResumeGuest"],
            Revert(facts, Inside, RevertTarget.Running).Kinds());
    }

    [Fact]
    public void An_internal_snapshot_that_is_gone_or_lies_below_another_image_is_refused()
    {
        var gone = PlanLab.Facts(new Layer("base")).With(Inside);
        var below = PlanLab.Facts(new Layer("base") { Tags = ["s1"] }, new("a", "base")).With(Inside);
        var shared = PlanLab.Facts(new Layer("base") { Tags = ["s1"] }).With(Inside).WithOthersOn("base");

        PlanChecks.Refused(ErrorCode.OperationFailed, () => Revert(gone, Inside), "vda");
        PlanChecks.Refused(ErrorCode.OperationUnsupported, () => Revert(below, Inside), "vda");
        PlanChecks.Refused(ErrorCode.OperationUnsupported, () => Revert(shared, Inside));
    }

    [Fact]
    public void An_internal_snapshot_in_an_image_whose_bytes_are_another_snapshots_is_refused()
    {
        // A revert to a third snapshot has taken away the overlay that stood on it: nothing depends on the image, and it is needed as it is.
        var other = PlanLab.External(2, 1, ("vda", "base"));
        var facts = PlanLab.Facts(new Layer("base") { Tags = ["s1"] }).With(Inside, other);

        PlanChecks.Refused(ErrorCode.OperationUnsupported, () => Revert(facts, Inside), "vda");
    }

    private static Plan Revert(PlanFacts facts, Snapshot snapshot, RevertTarget target = RevertTarget.AsSnapshot) =>
        RevertPlanner.Plan(facts, facts.Revert(snapshot, target)).Sound(facts);
}
