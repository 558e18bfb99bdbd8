using FsCheck;
using FsCheck.Fluent;
using Snaptree.Model;

namespace Snaptree.Engine.Tests.Planning;

public sealed class DeletePlannerTests
{
    [Fact]
    public void A_snapshot_of_a_running_guest_is_merged_into_the_users_image_and_the_guest_pauses_only_for_the_pivot()
    {
        var facts = PlanLab.Facts(new("base"), new("a", "base") { Bytes = 7 }).With(PlanLab.External(1, null, ("vda", "base")).WithMemory()).Active();

        var plan = Delete(facts, 1);

        Assert.Equal(
            ["CommitImage", "PauseGuest", "Pivot", "Record", "ResumeGuest", "DeleteImage", "WriteRecords", "DeleteMemory"], plan.Kinds());
        Assert.IsType<CommitImageStep>(plan.NoReturnStep());
        var change = plan.One<RecordStep>().Change;
        Assert.Equal([facts.Tree.All.Single().Uuid], change.Remove);
        Assert.Equal(new CurrentMove(null), change.Current);
        Assert.Equal([new ActiveImage(PlanLab.Vda, Layer.At("base"))], change.ActiveImages);
        Assert.Equal([Layer.At("a")], change.RemoveImages);
        Assert.Equal(7, plan.Costs.CopiedBytes);
        Assert.Equal([new SpaceNeed("/images", 7, 1L << 40)], plan.Costs.Space);
        Assert.Equal([Layer.At("a").Value, "/memory/s1.mem"], plan.Costs.FilesRemoved);
        Assert.Equal(["the restore point 's1'"], plan.Costs.Destroys);
        Assert.NotNull(plan.Costs.GuestPause);
    }

    [Fact]
    public void A_shut_off_domain_needs_neither_pause_nor_pivot()
    {
        var plan = Delete(PlanLab.Facts(new("base"), new("a", "base")).With(PlanLab.External(1, null, ("vda", "base"))), 1);

        Assert.Equal(["CommitImage", "Record", "DeleteImage", "WriteRecords"], plan.Kinds());
        Assert.Null(plan.Costs.GuestPause);
    }

    [Fact]
    public void A_paused_guest_is_not_resumed()
    {
        var facts = PlanLab.Facts(new("base"), new("a", "base")).With(PlanLab.External(1, null, ("vda", "base"))).Active(DomainState.Paused);

        Assert.Equal(["CommitImage", "Pivot", "Record", "DeleteImage", "WriteRecords"], Delete(facts, 1).Kinds());
    }

    [Fact]
    public void A_stream_can_be_undone_so_the_record_is_the_point_of_no_return()
    {
        var facts = PlanLab.Facts(new("base"), new("a", "base") { Bytes = 5 }, new("b", "a"))
            .With(PlanLab.External(1, null, ("vda", "base")), PlanLab.External(2, 1, ("vda", "a"))).Active();

        var plan = Delete(facts, 2);

        Assert.Equal(["PullImage", "Record", "DeleteImage", "WriteRecords"], plan.Kinds());
        Assert.IsType<RecordStep>(plan.NoReturnStep());
        Assert.Equal(Layer.At("base"), plan.One<PullImageStep>().NewBacking);
        Assert.Equal(5, plan.Costs.CopiedBytes);
        Assert.Equal(facts.Tree.Get(facts.Domain.Current!.Value).Parent, plan.One<RecordStep>().Change.Current!.To);
    }

    [Fact]
    public void The_claim_of_another_snapshot_moves_with_the_bytes_and_its_record_is_written_again()
    {
        var facts = PlanLab.Facts(new("base"), new("a", "base"), new("b", "a"))
            .With(PlanLab.External(1, null, ("vda", "base")), PlanLab.External(2, 1, ("vda", "a"))).Active();

        var plan = Delete(facts, 1);

        var change = plan.One<RecordStep>().Change;
        Assert.Equal([new ClaimMove(Layer.At("a"), Layer.At("base"), ImageFormat.Qcow2)], change.Claims);
        Assert.Null(change.Current);
        Assert.Empty(change.ActiveImages);
        Assert.Equal([new RebaseHeaderStep(Layer.At("b"), Layer.At("base"), ImageFormat.Qcow2)], plan.Steps.OfType<RebaseHeaderStep>());
        Assert.Equal(["CommitImage", "RebaseHeader", "Record", "DeleteImage", "WriteRecords"], plan.Kinds());
        Assert.Equal(facts.Tree.All.Select(one => one.Uuid).Order(), plan.One<WriteRecordsStep>().Snapshots.Order());
    }

    [Fact]
    public void A_fork_keeps_its_hidden_base_and_says_so()
    {
        var facts = PlanLab.Facts(new("base"), new("a", "base"), new("left", "a"), new("right", "a")).With(
            PlanLab.External(1, null, ("vda", "base")), PlanLab.External(2, 1, ("vda", "a")), PlanLab.External(3, 2, ("vda", "left")));

        var plan = Delete(facts, 2);

        Assert.Equal(["Record", "WriteRecords"], plan.Kinds());
        Assert.Contains("hidden base: 2 branches", Assert.Single(plan.Costs.Notes));
    }

    [Fact]
    public void A_fork_of_which_one_branch_goes_away_is_no_hidden_base_and_nothing_says_so()
    {
        var facts = PlanLab.Facts(new("base"), new("left", "base"), new("right", "base")).With(PlanLab.External(1, null, ("vda", "base")));

        var plan = Delete(facts, 1);

        Assert.Equal([Layer.At("left"), Layer.At("right")], plan.Steps.OfType<DeleteImageStep>().Select(step => step.Path));
        Assert.Empty(plan.Costs.Notes);
    }

    [Fact]
    public void What_another_domain_stands_on_stays_with_a_note()
    {
        var facts = PlanLab.Facts(new("base"), new("a", "base")).With(PlanLab.External(1, null, ("vda", "base"))).WithOthersOn("base");

        var plan = Delete(facts, 1);

        Assert.Equal(["Record", "WriteRecords"], plan.Kinds());
        Assert.Contains("another domain", Assert.Single(plan.Costs.Notes));
    }

    [Fact]
    public void All_disks_are_merged_in_the_same_round_and_moved_in_the_same_pause()
    {
        var facts = PlanLab.Facts(
                new("base"), new("a", "base"), new("base-b") { Disk = "vdb" }, new("b", "base-b") { Disk = "vdb" })
            .With(PlanLab.External(1, null, ("vda", "base"), ("vdb", "base-b"))).Active();

        Assert.Equal(
            ["CommitImage", "CommitImage", "PauseGuest", "Pivot", "Pivot", "Record", "ResumeGuest", "DeleteImage", "DeleteImage", "WriteRecords"],
            Delete(facts, 1).Kinds());
    }

    [Fact]
    public void Two_commits_of_the_active_image_in_a_row_have_a_pivot_each()
    {
        // The catalogue lists the middle image first, so that it takes in the active one before it goes down itself.
        var facts = PlanLab.Facts(new("z-base"), new("a", "z-base"), new("active", "a") { Bytes = 5 })
            .With(PlanLab.External(1, null, ("vda", "z-base"))).Active();
        facts = facts with { Images = [.. facts.Images.OrderBy(image => image.Path.Value, StringComparer.Ordinal)] };

        var plan = Delete(facts, 1);

        string[] round = ["CommitImage", "PauseGuest", "Pivot", "Record", "ResumeGuest", "DeleteImage"];
        Assert.Equal([.. round, .. round, "WriteRecords"], plan.Kinds());
        Assert.Equal(
            [Layer.At("a"), Layer.At("z-base")],
            plan.Steps.OfType<RecordStep>().Select(record => Assert.Single(record.Change.ActiveImages).Path));
    }

    [Fact]
    public void An_internal_snapshot_is_removed_from_its_image_and_the_image_stays()
    {
        var facts = PlanLab.Facts(new Layer("base") { Tags = ["s1"] }).With(PlanLab.Internal(1, null, ("vda", "base"))).Active();

        var plan = Delete(facts, 1);

        Assert.Equal(["DeleteInternal", "Record", "WriteRecords"], plan.Kinds());
        Assert.IsType<DeleteInternalStep>(plan.NoReturnStep());
        Assert.Empty(plan.Costs.FilesRemoved);
        Assert.NotNull(plan.Costs.GuestPause);
    }

    [Fact]
    public void An_image_with_the_internal_snapshot_of_somebody_else_is_not_committed_away()
    {
        var facts = PlanLab.Facts(new("base"), new Layer("a", "base") { Tags = ["s2"] })
            .With(PlanLab.External(1, null, ("vda", "base")), PlanLab.Internal(2, 1, ("vda", "a")));

        Assert.Equal(["Record", "WriteRecords"], Delete(facts, 1).Kinds());
    }

    [Fact]
    public void An_empty_drive_does_not_disturb_the_deletion_of_an_internal_snapshot()
    {
        var facts = PlanLab.Facts(new Layer("base") { Tags = ["s1"] }).With(PlanLab.Internal(1, null, ("vda", "base"))).Active();
        facts = facts with { View = facts.View with { Disks = [new(new("sda"), []), .. facts.View.Disks] } };

        Assert.Equal(["DeleteInternal", "Record", "WriteRecords"], Delete(facts, 1).Kinds());
    }

    [Fact]
    public void An_internal_snapshot_in_an_image_frozen_below_the_running_guest_is_refused()
    {
        var facts = PlanLab.Facts(new Layer("base") { Tags = ["s1"] }, new("a", "base"))
            .With(PlanLab.Internal(1, null, ("vda", "base")), PlanLab.External(2, 1, ("vda", "base")));

        PlanChecks.Refused(ErrorCode.OperationUnsupported, () => Delete(facts.Active(), 1));
        Assert.Equal(["DeleteInternal", "Record", "WriteRecords"], Delete(facts, 1).Kinds());
    }

    [Fact]
    public void An_internal_snapshot_in_an_image_that_another_domain_stands_on_is_refused()
    {
        var facts = PlanLab.Facts(new Layer("base") { Tags = ["s1"] }).With(PlanLab.Internal(1, null, ("vda", "base"))).WithOthersOn("base");

        PlanChecks.Refused(ErrorCode.OperationUnsupported, () => Delete(facts, 1));
    }

    [Fact]
    public void A_missing_image_is_refused_by_name()
    {
        var facts = PlanLab.Facts(new Layer("base")).With(PlanLab.Internal(1, null, ("vda", "gone")));

        Assert.Contains("gone", Assert.Throws<SnapshotException>(() => Delete(facts, 1)).Message);
    }

    [Fact]
    public void Any_plan_acted_out_keeps_all_bytes_and_the_guest_where_the_catalogue_says() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(RandomDisk.Arbitrary(), disk =>
        {
            new PlanTrial(disk, DomainState.Running).Run();
            new PlanTrial(disk, DomainState.Shutoff).Run();
        }));

    private static Plan Delete(PlanFacts facts, int snapshot) =>
        DeletePlanner.Plan(facts, facts.Tree.All.Single(one => one.Name.Value == $"s{snapshot}"), new DeleteRequest()).Sound(facts);
}
