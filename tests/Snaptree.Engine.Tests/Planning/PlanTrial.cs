using System.Collections.Immutable;
using Snaptree.Engine.Tests.Catalogue;
using Snaptree.Model;

namespace Snaptree.Engine.Tests.Planning;

/// <summary>Acts out a whole deletion on simulated images, as runner, hypervisor and catalogue together would.</summary>
internal sealed class PlanTrial
{
    private readonly PlanFacts facts;
    private readonly Snapshot deleted;
    private readonly SimulatedImages images;
    private readonly HashSet<ImagePath> known;
    private List<Snapshot> snapshots;
    private ImagePath catalogued;
    private ImagePath written;
    private bool inStep;

    public PlanTrial(RandomDisk disk, DomainState state)
    {
        snapshots = [.. disk.Snapshots()];
        deleted = snapshots.Count > 0 ? snapshots[disk.Deleted % snapshots.Count] : PlanLab.External(77, null);
        facts = disk.Facts().With([.. snapshots.Append(deleted).DistinctBy(one => one.Uuid)]).In(state);
        images = disk.Simulate();
        known = [.. facts.Images.Select(image => image.Path)];
        catalogued = written = disk.ActivePath;
    }

    public void Run()
    {
        Plan plan;
        try
        {
            plan = DeletePlanner.Plan(facts, deleted, new DeleteRequest()).Sound(facts);
        }
        catch (SnapshotException refusal)
        {
            Assert.Equal(ErrorCode.OperationUnsupported, refusal.Code);
            return;
        }

        snapshots.RemoveAll(one => one.Uuid == deleted.Uuid);
        var expected = Seen();
        foreach (var step in plan.Steps)
        {
            Act(step);
            Assert.Equal(expected, Seen());
        }

        Assert.Equal(known.OrderBy(path => path.Value), images.Paths.OrderBy(path => path.Value));
        Assert.DoesNotContain(images.Touched, path => facts.Image(path)!.Role == ImageRole.Underlying || facts.ImagesOfOthers.Contains(path));
    }

    private void Act(Step step)
    {
        switch (step)
        {
            case CommitImageStep { Merge: var merge }:
                images.CopyDown(merge.Top, merge.Base);
                inStep |= facts.View.IsActive && merge.Top == written;
                break;
            case PivotStep { Merge: var merge }:
                Assert.Equal((true, merge.Top), (inStep, written));
                (inStep, written) = (false, merge.Base);
                break;
            case PullImageStep pull:
                images.CopyUp(pull.Merge.Top, pull.Merge.Base);
                Assert.Equal(pull.NewBacking, images.BackingOf(pull.Merge.Top));
                break;
            case RebaseHeaderStep rebase:
                images.Rebase(rebase.Image, rebase.Backing);
                break;
            case RecordStep record:
                Apply(record.Change);
                break;
            case DeleteImageStep gone:
                Assert.NotEqual(written, gone.Path);
                Assert.DoesNotContain(snapshots, one => one.ClaimedImages.Contains(gone.Path));
                images.Remove(gone.Path);
                break;
            default:
                break;
        }
    }

    private void Apply(CatalogueChange change)
    {
        var domain = facts.Domain with { ActiveImages = facts.Domain.ActiveImages.SetItem(PlanLab.Vda, catalogued), Current = null };
        var before = new ReferenceCatalogue(
            domain, ImmutableDictionary.CreateRange(snapshots.Select(one => KeyValuePair.Create(one.Uuid, one))), []);
        var after = before.After(change with { Remove = [], Current = null })!;
        snapshots = [.. after.Snapshots.Values.OrderBy(one => one.Uuid)];
        catalogued = after.Domain.ActiveImages[PlanLab.Vda];
        written = facts.View.IsActive ? written : catalogued;
        Assert.False(inStep);
        Assert.Equal(catalogued, written);
        known.ExceptWith(change.RemoveImages);
    }

    /// <summary>Contents behind every claim, of every image of others, and what the guest sees.</summary>
    private List<string> Seen() =>
    [
        .. snapshots.OrderBy(one => one.Uuid).SelectMany(one => one.Disks).Select(part => Contents(part)),
        .. facts.ImagesOfOthers.Select(images.Contents),
        images.Contents(written),
    ];

    /// <summary>Between a commit and its record the claim still names the top, which shows the same bytes.</summary>
    private string Contents(SnapshotDisk part) =>
        part.Location == SnapshotLocation.Internal ? images.InternalContents(part.Image!.Value) : images.Contents(part.Image!.Value);
}
