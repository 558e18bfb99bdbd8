using System.Collections.Immutable;
using System.Reflection;
using System.Text.Json.Serialization;
using Snaptree.Drivers;
using Snaptree.Engine.Tests.Catalogue;
using Snaptree.Model;

namespace Snaptree.Engine.Tests.Planning;

public sealed class PlanJsonTests
{
    private static readonly DiskTarget Disk = new("vda");
    private static readonly ImagePath Top = new("/images/töp 😀.qcow2");
    private static readonly ImagePath Base = new("/images/base.raw");
    private static readonly OverlayRequest Overlay = new(Disk, Top, Base, ImageFormat.Raw, long.MaxValue);
    private static readonly StandbySpec Standby = new(new InstanceId("abc"), "<domain>\n\"x\" &amp; ä</domain>", [new(Disk, Top)]);
    private static readonly MergeRequest Merge = new(Disk, Top, Base, "snaptree-op-vda");
    private static readonly Snapshot Snapshot = Sample.Snapshot(1, Sample.Uuid(5));

    /// <summary>One of each kind, with the optional parts once there and once not.</summary>
    private static readonly ImmutableArray<Step> Steps =
    [
        new CreateOverlayStep(Overlay),
        new OpenOverlaysStep([Overlay]),
        new SwitchDisksStep([Overlay, Overlay with { Disk = new("vdb") }]),
        new FreezeGuestStep(),
        new ThawGuestStep(),
        new PauseGuestStep(),
        new ResumeGuestStep(),
        new LaunchStandbyStep(Standby, null),
        new LaunchStandbyStep(Standby, "/memory/a.mem"),
        new BeginStandbyStep(Standby, "/memory/a.mem", [Top], Run: true),
        new PresentStep(),
        new StopGuestStep(Standby),
        new SaveMemoryStep("/memory/a.mem", 1L << 40),
        new SaveInternalStep(new InternalSaveRequest("tag", [Disk], "job"), [Base], WithMemory: true),
        new DeleteInternalStep("tag", [Base]),
        new LoadInternalStep(Standby, "tag", [Disk]),
        new ApplyInternalStep("tag", [Base]),
        new CommitImageStep(Merge),
        new PivotStep(Merge),
        new PullImageStep(Merge, Base),
        new PullImageStep(Merge, null),
        new RebaseHeaderStep(Top, Base, ImageFormat.Raw),
        new RecordStep(7, new CatalogueChange()),
        new RecordStep(8, new CatalogueChange { Current = new CurrentMove(null), Instance = new InstanceMove(null) }),
        new RecordStep(9, new CatalogueChange
        {
            Add = Sample.Entry(Snapshot),
            Remove = [Sample.Uuid(3)],
            Current = new CurrentMove(Snapshot.Uuid),
            ActiveImages = [new(Disk, Top)],
            Claims = [new(Top, Base, ImageFormat.Raw)],
            AddImages = [new(Disk, Top, ImageRole.Owned)],
            RemoveImages = [Base],
            Instance = new InstanceMove(new InstanceId("abc")),
            Xml = "<domain/>",
        }),
        new WriteRecordsStep([Snapshot.Uuid]),
        new DeleteImageStep(Top),
        new DeleteMemoryStep("/memory/a.mem"),
    ];

    public static TheoryData<string> Kinds =>
        new(typeof(Step).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Step)) && !type.IsAbstract).Select(type => type.Name));

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_kind_of_step_has_a_stored_name_and_an_example_here(string kind)
    {
        var registered = typeof(Step).GetCustomAttributes<JsonDerivedTypeAttribute>().Where(attribute => attribute.DerivedType.Name == kind);

        Assert.IsType<string>(Assert.Single(registered).TypeDiscriminator);
        Assert.Contains(Steps, step => step.GetType().Name == kind);
    }

    [Fact]
    public void A_plan_comes_back_as_it_was()
    {
        var plan = new Plan(new OperationId("abcdefghij"), "create ä", Steps, 5)
        {
            Costs = new PlanCosts
            {
                CopiedBytes = 5,
                Space = [new("/images", 1, 2)],
                FilesWritten = ["/a"],
                FilesRemoved = ["/b"],
                Destroys = ["everything"],
                Notes = ["note"],
                GuestPause = "a while",
            },
        };

        var read = PlanJson.Read(PlanJson.Write(plan));

        Deep.Equal(plan, read);
        Assert.Equal(plan.Steps.Select(step => step.Describe()), read.Steps.Select(step => step.Describe()));
        Assert.Equal(plan.Steps.Select(step => step.NoReturn), read.Steps.Select(step => step.NoReturn));
    }

    [Fact]
    public void What_an_older_version_did_not_write_is_empty_and_not_null()
    {
        var plan = PlanJson.Read("""
            {"Operation":"a","Title":"t","NoReturnIndex":0,"Steps":[{"step":"record","Index":0,"Change":{}}]}
            """);

        Deep.Equal(new CatalogueChange(), Assert.IsType<RecordStep>(plan.Steps[0]).Change);
        Deep.Equal(new PlanCosts(), plan.Costs);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{"Operation":"a","Title":"t","NoReturnIndex":0,"Steps":[{"step":"of-tomorrow"}]}""")]
    [InlineData("""{"Operation":"a","Title":"t","NoReturnIndex":0,"Steps":[{"Path":"/a"}]}""")]
    [InlineData("""{"Operation":"a","Title":"t","NoReturnIndex":0,"Steps":[{"step":"delete-image","Path":"relative"}]}""")]
    [InlineData("""{"Operation":1,"Title":"t","NoReturnIndex":0,"Steps":[]}""")]
    public void What_is_no_plan_is_refused(string json) =>
        Assert.Equal(ErrorCode.Internal, Assert.Throws<SnapshotException>(() => PlanJson.Read(json)).Code);
}

/// <summary>Compares records and collections by content, all the way down.</summary>
internal static class Deep
{
    public static void Equal<T>(T expected, T actual) => Assert.Equivalent(expected, actual, strict: true);
}
