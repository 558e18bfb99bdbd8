using System.Diagnostics;
using FsCheck;
using FsCheck.Fluent;

namespace Snaptree.Model.Tests;

public sealed class SnapshotTreeTests
{
    private const int Deep = 100_000;

    [Fact]
    public void Any_sequence_of_additions_and_removals_gives_what_a_plain_dictionary_gives() =>
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(300).WithEndSize(60),
            Prop.ForAll(ArbMap.Default.ArbFor<(bool Adds, byte Which)[]>(), Agrees));

    [Fact]
    public void A_parent_that_does_not_exist_is_refused()
    {
        var orphan = Trees.Snapshot(2, parent: 7);

        Refused(() => new SnapshotTree([Trees.Snapshot(1), orphan], null), orphan);
    }

    [Fact]
    public void A_cycle_is_refused_even_one_of_a_single_snapshot()
    {
        Refused(() => new SnapshotTree([Trees.Snapshot(1, parent: 1)], null), Trees.Snapshot(1));
        Refused(() => new SnapshotTree([Trees.Snapshot(1), Trees.Snapshot(2, parent: 3), Trees.Snapshot(3, parent: 2)], null), null);
    }

    [Fact]
    public void A_current_snapshot_that_is_not_there_is_refused() =>
        Assert.Equal(ErrorCode.NoSnapshot, Assert.Throws<SnapshotException>(() => new SnapshotTree([Trees.Snapshot(1)], Trees.Uuid(2))).Code);

    [Fact]
    public void Children_come_oldest_first_and_then_by_name()
    {
        var young = Trees.Snapshot(2, parent: 1) with { CreatedAt = Trees.Start.AddDays(2) };
        var old = Trees.Snapshot(3, parent: 1) with { CreatedAt = Trees.Start };
        var twin = Trees.Snapshot(4, parent: 1) with { CreatedAt = Trees.Start };
        var tree = new SnapshotTree([twin, young, old, Trees.Snapshot(1)], null);

        Assert.Equal([old, twin, young], tree.ChildrenOf(tree.Get(Trees.Uuid(1))));
        Assert.Equal([old, twin, young], tree.DescendantsOf(tree.Get(Trees.Uuid(1))));
    }

    [Fact]
    public void A_very_deep_chain_is_built_walked_and_shortened_in_linear_time()
    {
        var watch = Stopwatch.StartNew();
        var tree = new SnapshotTree(Chain(), Trees.Uuid(Deep));

        Assert.Equal(Deep - 1, tree.DescendantsOf(tree.Roots[0]).Count());
        Assert.Equal(Deep - 1, tree.Without(tree.Get(Trees.Uuid(Deep / 2))).Count);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), $"took {watch.Elapsed}");
    }

    [Fact]
    public void A_break_in_a_very_large_tree_is_found_in_linear_time()
    {
        var watch = Stopwatch.StartNew();
        var orphan = Trees.Snapshot(Deep + 5, parent: Deep + 9);

        Refused(() => new SnapshotTree(Chain().Append(orphan), null), orphan);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), $"took {watch.Elapsed}");
    }

    private static IEnumerable<Snapshot> Chain() =>
        Enumerable.Range(1, Deep).Select(number => Trees.Snapshot(number, number == 1 ? null : number - 1));

    private static void Agrees((bool Adds, byte Which)[] moves)
    {
        var tree = new SnapshotTree([], null);
        var model = new Dictionary<Guid, Snapshot>();
        Guid? current = null;
        for (var at = 0; at < moves.Length; at++)
        {
            var picked = model.Count == 0 ? null : model.Values.OrderBy(one => one.Uuid).ElementAt(moves[at].Which % model.Count);
            if (moves[at].Adds || picked is null)
            {
                var added = Trees.Snapshot(at + 1) with { Parent = moves[at].Which % 5 == 0 ? null : picked?.Uuid };
                model.Add(added.Uuid, added);
                current = added.Uuid;
                tree = tree.With(added);
            }
            else
            {
                model.Remove(picked.Uuid);
                foreach (var child in model.Values.Where(one => one.Parent == picked.Uuid).ToList())
                {
                    model[child.Uuid] = child with { Parent = picked.Parent };
                }

                current = current == picked.Uuid ? picked.Parent : current;
                tree = tree.Without(picked);
            }

            Same(model, current, tree);
        }
    }

    private static void Same(Dictionary<Guid, Snapshot> model, Guid? current, SnapshotTree tree)
    {
        Assert.Equal(current, tree.Current?.Uuid);
        Assert.Equal(model.Count, tree.Count);
        Assert.Equal(model.Values.OrderBy(one => one.Uuid), tree.All.OrderBy(one => one.Uuid));
        Assert.Equal(Ordered(model.Values.Where(one => one.Parent is null)), tree.Roots);
        Assert.All(model.Values, one =>
        {
            Assert.Equal(one.Parent is { } parent ? model[parent] : null, tree.ParentOf(one));
            Assert.Equal(Ordered(model.Values.Where(other => other.Parent == one.Uuid)), tree.ChildrenOf(one));
            Assert.Equal(Below(model, one), tree.DescendantsOf(one));
        });
    }

    private static IEnumerable<Snapshot> Below(Dictionary<Guid, Snapshot> model, Snapshot start) =>
        Ordered(model.Values.Where(one => one.Parent == start.Uuid)).SelectMany(child => Below(model, child).Prepend(child));

    private static IEnumerable<Snapshot> Ordered(IEnumerable<Snapshot> snapshots) =>
        snapshots.OrderBy(one => one.CreatedAt).ThenBy(one => one.Name.Value, StringComparer.Ordinal);

    private static void Refused(Func<SnapshotTree> build, Snapshot? lost)
    {
        var error = Assert.Throws<SnapshotException>(build);

        Assert.Equal(ErrorCode.Internal, error.Code);
        Assert.Contains(lost?.Name.Value ?? "snapshot", error.Message);
    }
}

internal static class Trees
{
    public static readonly DateTimeOffset Start = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);

    public static Guid Uuid(int number) => new(number, 0, 0, new byte[8]);

    public static Snapshot Snapshot(int number, int? parent = null) =>
        new()
        {
            Uuid = Uuid(number),
            Name = SnapshotName.Parse($"snapshot {number}"),
            CreatedAt = Start.AddSeconds(number / 2),
            State = SnapshotState.Running,
            Parent = parent is { } known ? Uuid(known) : null,
        };
}
