using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using Snaptree.Drivers;
using Snaptree.Model;

namespace Snaptree.Engine.Tests.Catalogue;

public sealed class ChangeTests : IDisposable
{
    private readonly StateFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Children_of_a_removed_snapshot_go_to_its_parent_in_whatever_order_they_are_removed()
    {
        foreach (var order in new int[][] { [2, 3], [3, 2] })
        {
            using var state = new StateFolder();
            using var catalogue = Chain(state, 4);
            catalogue.Change(new CatalogueChange { Remove = [.. order.Select(number => Sample.Snapshot(number).Uuid)] });

            var tree = catalogue.LoadTree(Sample.Uuid(1));
            Assert.Equal(2, tree.Count);
            Assert.Equal(Sample.Snapshot(1).Uuid, tree.Get(Sample.Snapshot(4).Uuid).Parent);
        }
    }

    [Fact]
    public void Claims_move_for_the_remaining_snapshots_of_this_domain_only()
    {
        using var catalogue = Chain(folder, 3);
        catalogue.AddDomain(Sample.Domain(2), []);
        catalogue.AddSnapshot(Sample.Snapshot(50) with { Disks = Sample.Snapshot(2).Disks }, domain: 2);

        // a3 is what snapshot 3 claims and what was made on top of snapshot 2.
        catalogue.Change(new CatalogueChange
        {
            Remove = [Sample.Snapshot(1).Uuid],
            Claims = [new(Sample.Image("a3"), Sample.Image("moved"), ImageFormat.Raw)],
        });

        var tree = catalogue.LoadTree(Sample.Uuid(1));
        var (second, third) = (tree.Get(Sample.Snapshot(2).Uuid).Disks[1], tree.Get(Sample.Snapshot(3).Uuid).Disks[1]);
        Assert.Equal((Sample.Image("a2"), ImageFormat.Qcow2, Sample.Image("moved")), (second.Image!.Value, second.Format!.Value, second.Overlay!.Value));
        Assert.Equal((Sample.Image("moved"), ImageFormat.Raw, Sample.Image("a4")), (third.Image!.Value, third.Format!.Value, third.Overlay!.Value));
        Assert.Equal(Sample.Image("a3"), catalogue.FindSnapshot(Sample.Uuid(2), "snapshot 50")!.Disks[1].Overlay);
    }

    [Fact]
    public void A_snapshot_no_longer_names_an_overlay_that_was_removed()
    {
        using var catalogue = Chain(folder, 1);

        catalogue.Change(new CatalogueChange { RemoveImages = [Sample.Image("a2")] });

        var disks = catalogue.LoadTree(Sample.Uuid(1)).Current!.Disks;
        Assert.Equal([Sample.Image("b2"), null, null], disks.Select(disk => disk.Overlay));
    }

    [Fact]
    public void A_taken_name_and_every_pointer_to_nothing_are_refused()
    {
        using var catalogue = Chain(folder, 2);
        var fresh = Sample.Snapshot(9);

        Refused(new CatalogueChange { Add = Sample.Entry(Sample.Snapshot(9, name: "snapshot 1")) }, ErrorCode.OperationFailed);
        Refused(new CatalogueChange { Add = Sample.Entry(fresh with { Uuid = Sample.Snapshot(1).Uuid }) }, ErrorCode.OperationFailed);
        Refused(new CatalogueChange { Add = Sample.Entry(fresh with { Parent = Sample.Uuid(7) }) }, ErrorCode.Internal);
        Refused(new CatalogueChange { Current = new CurrentMove(Sample.Uuid(7)) }, ErrorCode.Internal);
        Refused(new CatalogueChange { Remove = [Sample.Snapshot(2).Uuid] }, ErrorCode.Internal);
        Refused(new CatalogueChange { Remove = [Sample.Uuid(7)] }, ErrorCode.Internal);
        Assert.Equal(2, catalogue.LoadTree(Sample.Uuid(1)).Count);

        void Refused(CatalogueChange change, ErrorCode code) =>
            Assert.Equal(code, Assert.Throws<SnapshotException>(() => catalogue.Change(change)).Code);
    }

    [Fact]
    public void Any_sequence_of_changes_gives_what_the_reference_gives()
    {
        var changes = Changes().ArrayOf();
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(60).WithEndSize(30),
            Prop.ForAll(changes.ToArbitrary(), Agrees));
    }

    private static void Agrees(CatalogueChange[] changes)
    {
        using var state = new StateFolder();
        using var catalogue = state.Open();
        var domain = Sample.Domain();
        catalogue.AddDomain(domain, Sample.Images());
        var reference = new ReferenceCatalogue(domain, ImmutableDictionary<Guid, Snapshot>.Empty, [.. Sample.Images()]);
        foreach (var change in changes)
        {
            if (reference.After(change) is { } after)
            {
                catalogue.Change(change);
                reference = after;
            }
            else
            {
                Assert.Throws<SnapshotException>(() => catalogue.Change(change));
            }
        }

        Same.Domain(reference.Domain, catalogue.FindDomain(domain.Name.Value));
        Assert.Equal(reference.Images.OrderBy(Key), catalogue.ListImages(domain.Uuid).OrderBy(Key));
        var tree = catalogue.LoadTree(domain.Uuid);
        Assert.Equal(reference.Snapshots.Count, tree.Count);
        Assert.All(reference.Snapshots.Values, expected => Same.Snapshot(expected, tree.Find(expected.Uuid)));

        static string Key(ImageRecord image) => $"{image.Disk} {image.Path}";
    }

    /// <summary>Few names, so that changes meet each other; many of them must be refused.</summary>
    private static Gen<CatalogueChange> Changes()
    {
        var number = Gen.Choose(1, 6);
        var uuid = number.Select(at => Sample.Snapshot(at).Uuid);
        var perhaps = Gen.OneOf(uuid.Select(one => (Guid?)one), Gen.Constant<Guid?>(null));
        var disk = Gen.Elements(new DiskTarget("vda"), new DiskTarget("vdb"), new DiskTarget("vdc"));
        var path = from letter in Gen.Elements("a", "b") from at in Gen.Choose(1, 7) select Sample.Image($"{letter}{at}");
        var entry = from at in number from parent in perhaps select Sample.Entry(Sample.Snapshot(at, parent));
        var move = from source in path from target in path from format in Gen.Elements(ImageFormat.Raw, ImageFormat.Qcow2) select new ClaimMove(source, target, format);
        var image = from target in disk from at in path from role in Gen.Elements(Enum.GetValues<ImageRole>()) select new ImageRecord(target, at, role);
        var top = from target in disk from at in path select new ActiveImage(target, at);
        return from add in Rarely(entry)
               from current in Rarely(perhaps.Select(to => new CurrentMove(to)))
               from remove in Few(uuid)
               from claims in Few(move)
               from tops in Few(top)
               from added in Few(image)
               from removed in Few(path)
               from instance in Rarely(Gen.Elements<InstanceId?>(new InstanceId("i1"), null).Select(to => new InstanceMove(to)))
               from xml in Rarely(Gen.Constant("<domain>new</domain>"))
               from replace in Rarely(entry.Select(told => told with { Snapshot = told.Snapshot with { Description = "told anew" }, Cookie = "<cookie/>" }))
               from rename in Rarely(from snapshot in uuid from at in Gen.Choose(1, 9) select new SnapshotRename(snapshot, Sample.Snapshot(at).Name))
               from keep in Few(from at in path from kept in Gen.Elements(true, false) select new KeepMark(at, kept))
               from save in Rarely(Gen.Elements<string?>("/saved", null).Select(to => new ManagedSaveMove(to)))
               select new CatalogueChange
               {
                   Add = add,
                   Current = add is not null && current is null ? new CurrentMove(add.Snapshot.Uuid) : current,
                   Remove = [.. remove.Distinct()],
                   Claims = [.. claims],
                   ActiveImages = [.. tops],
                   AddImages = [.. added],
                   RemoveImages = [.. removed],
                   Instance = instance,
                   Xml = xml,
                   Replace = replace,
                   Rename = rename,
                   Keep = [.. keep],
                   ManagedSave = save,
                   Reason = save is null ? null : StateReason.Of(ShutoffReason.Saved),
               };
    }

    private static Gen<T?> Rarely<T>(Gen<T> gen)
        where T : class => Gen.Frequency((1, gen.Select(value => (T?)value)), (1, Gen.Constant<T?>(null)));

    private static Gen<T[]> Few<T>(Gen<T> gen) => Gen.Frequency((3, Gen.Constant(Array.Empty<T>())), (2, gen.ArrayOf(1)), (1, gen.ArrayOf(2)));

    private static SqliteCatalogue Chain(StateFolder state, int length)
    {
        var catalogue = state.Open();
        catalogue.AddDomain(Sample.Domain(), Sample.Images());
        for (var number = 1; number <= length; number++)
        {
            catalogue.AddSnapshot(Sample.Snapshot(number, number == 1 ? null : Sample.Snapshot(number - 1).Uuid));
        }

        return catalogue;
    }
}
