using System.Collections.Immutable;
using Snaptree.Cli.Listing;
using Snaptree.Cli.Render;
using Snaptree.Cli.Text;
using Snaptree.Model;

namespace Snaptree.Cli.Tests.Render;

public sealed class TreeRendererTests
{
    [Fact]
    public void A_fork_with_the_current_snapshot_in_the_middle_is_drawn()
    {
        var tree = Samples.Tree("b", "base", "a<base", "b<base", "b1<b", "c<base");
        Assert.Equal(
            """
            NAME                  AGE      KIND                  STATE       SIZE
            base                  5 hours  checkpoint, external  running  1.5 GiB
            ├─ a                  4 hours  checkpoint, external  running  1.5 GiB
            ├─ b                  3 hours  checkpoint, external  running  1.5 GiB
            │  ├─ b1              2 hours  checkpoint, external  running  1.5 GiB
            │  └─ ● you are here  now                            running
            └─ c                  1 hour   checkpoint, external  running  1.5 GiB
            """,
            Draw(tree, Samples.Unicode));
    }

    [Fact]
    public void Several_roots_and_no_current_snapshot_are_drawn_in_ascii_where_the_locale_has_no_lines()
    {
        var tree = Samples.Tree(null, "one", "two", "two-a<two", "two-b<two");
        Assert.Equal(
            """
            NAME            AGE      KIND                  STATE       SIZE
            one             4 hours  checkpoint, external  running  1.5 GiB
            two             3 hours  checkpoint, external  running  1.5 GiB
            |- two-a        2 hours  checkpoint, external  running  1.5 GiB
            `- two-b        1 hour   checkpoint, external  running  1.5 GiB
            * you are here  now                            running
            """,
            Draw(tree, Style.Plain));
    }

    [Fact]
    public void Other_scripts_keep_the_columns_straight()
    {
        var tree = Samples.Tree("升级前", "база", "升级前<база", "😀<база");
        Assert.Equal(
            """
            NAME                  AGE      KIND                  STATE       SIZE
            база                  3 hours  checkpoint, external  running  1.5 GiB
            ├─ 升级前             2 hours  checkpoint, external  running  1.5 GiB
            │  └─ ● you are here  now                            running
            └─ 😀                 1 hour   checkpoint, external  running  1.5 GiB
            """,
            Draw(tree, Samples.Unicode));
    }

    [Fact]
    public void An_empty_tree_says_how_to_begin() =>
        Assert.Equal(
            "web1 (running) has no snapshots yet. Take one with 'snaptree create web1'.", Draw(Samples.Tree(null), Samples.Unicode));

    [Fact]
    public void In_a_deep_tree_only_forks_are_indented()
    {
        var tree = Samples.Tree("s5", "s0", "s1<s0", "s2<s1", "s3<s2", "x<s2", "s4<s3", "s5<s4", "s6<s5");
        Assert.Equal(
            """
            NAME                  AGE      KIND                  STATE       SIZE
            s0                    8 hours  checkpoint, external  running  1.5 GiB
            s1                    7 hours  checkpoint, external  running  1.5 GiB
            s2                    6 hours  checkpoint, external  running  1.5 GiB
            ├─ s3                 5 hours  checkpoint, external  running  1.5 GiB
            │  s4                 3 hours  checkpoint, external  running  1.5 GiB
            │  s5                 2 hours  checkpoint, external  running  1.5 GiB
            │  ├─ s6              1 hour   checkpoint, external  running  1.5 GiB
            │  └─ ● you are here  now                            running
            └─ x                  4 hours  checkpoint, external  running  1.5 GiB
            """,
            Draw(tree, Samples.Unicode));
    }

    [Fact]
    public void Forks_within_forks_stay_within_the_terminal_and_their_names_stay_readable()
    {
        string[] relations = ["s0", "t0", .. Enumerable.Range(1, 100).SelectMany(at => new[] { $"s{at}<s{at - 1}", $"t{at}<s{at - 1}" })];
        var lines = Draw(Samples.Tree("s100", relations), Samples.Unicode).Split('\n');
        Assert.Equal(204, lines.Length);
        Assert.All(lines, line => Assert.InRange(CellWidth.Of(line), 0, 80));
        Assert.Contains(lines, line => line.StartsWith('…') && line.Contains("├─ s100 "));
    }

    [Fact(Timeout = Limits.Test)]
    public async Task A_chain_of_twenty_thousand_snapshots_exhausts_neither_stack_nor_memory()
    {
        var relations = Enumerable.Range(0, 20_000).Select(at => at == 0 ? "s0" : $"s{at}<s{at - 1}").ToArray();
        var tree = Samples.Tree("s19999", relations);
        var count = await Task.Run(() => TreeWalk.Lines(tree, Samples.Unicode, 20).Count(), TestContext.Current.CancellationToken);
        Assert.Equal(20_001, count);
    }

    [Fact]
    public void A_wide_tree_of_long_names_cuts_the_names_and_nothing_else()
    {
        var tree = Samples.Tree("base", ["base", .. Enumerable.Range(0, 30).Select(at => $"{new string('x', 60)}{at}<base")]);
        var lines = Draw(tree, Samples.Unicode).Split('\n');
        Assert.Equal(33, lines.Length);
        Assert.All(lines, line => Assert.InRange(CellWidth.Of(line), 0, 80));
        Assert.Contains("x…", lines[5], StringComparison.Ordinal);
        Assert.EndsWith("1.5 GiB", lines[5], StringComparison.Ordinal);
    }

    [Fact]
    public void An_operation_that_waits_and_a_file_that_is_missing_are_told()
    {
        var tree = Samples.Tree("a", "a");
        var listing = Samples.Listing(tree, unfinished: "delete snapshot 'b' of domain 'web1'") with
        {
            Sizes = tree.All.ToImmutableDictionary(one => one.Uuid, _ => new SnapshotSize(0, IsIncomplete: true)),
        };
        var text = Samples.Text(TreeRenderer.Render(listing, Samples.Unicode));
        Assert.Contains("file missing", text, StringComparison.Ordinal);
        Assert.Contains("An operation is not finished: delete snapshot 'b' of domain 'web1'.", text, StringComparison.Ordinal);
        Assert.Contains("'snaptree recover web1'", text, StringComparison.Ordinal);
        Assert.Contains("'snaptree show web1 a'", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_size_counts_frozen_images_and_memory_and_knows_what_is_missing()
    {
        var whole = Samples.Snapshot(0, "whole", 2);
        var broken = Samples.Snapshot(1, "broken", 1);
        var view = new Drivers.DomainView
        {
            State = DomainState.Paused,
            Images = new ImageTree([new ImageInfo(new ImagePath("/images/0.qcow2"), ImageFormat.Qcow2, 100, 70, null, true)], []),
        };
        var record = new Engine.DomainRecord(Samples.DomainUuid, DomainName.Parse("web1"), "", ImmutableDictionary<DiskTarget, ImagePath>.Empty, null, null);
        var definition = new DomainDefinition { Name = record.Name, Uuid = record.Uuid, Accelerator = Accelerator.Tcg, MemoryBytes = 1, VirtualCpus = 1 };
        var listing = SnapshotListing.Of(
            record, new Engine.DomainStatus(record, definition, view, null), new SnapshotTree([whole, broken], null), _ => 30, Samples.Now);
        Assert.Equal(new SnapshotSize(100, IsIncomplete: false), listing.SizeOf(whole));
        Assert.True(listing.SizeOf(broken).IsIncomplete);
        Assert.Equal("paused", listing.State);
    }

    [Fact]
    public void On_a_pipe_every_snapshot_is_one_line_with_whole_values()
    {
        Assert.Equal(
            """
            NAME  PARENT  CURRENT  CREATED               KIND                 STATE          SIZE
            a     -       no       2026-11-21T10:00:00Z  checkpoint-external  running  1610612736
            b     a       yes      2026-11-21T11:00:00Z  checkpoint-external  running  1610612736
            """,
            Samples.Text(FlatRenderer.Render(Samples.Listing(Samples.Tree("b", "a", "b<a")), Style.Plain)));
    }

    [Fact]
    public void Details_name_relatives_and_files()
    {
        var tree = Samples.Tree("b", "a", "b<a", "c<a");
        var text = Samples.Text(SnapshotDetails.Render(tree.Roots[0] with { Description = "first\nline" }, Samples.Listing(tree), Style.Plain));
        Assert.Contains("Description:  first line", text, StringComparison.Ordinal);
        Assert.Contains("Children:     b, c", text, StringComparison.Ordinal);
        Assert.Contains("Disk vda:     external, /images/0.qcow2 (qcow2)", text, StringComparison.Ordinal);
        Assert.Contains("Memory:       /state/0.mem", text, StringComparison.Ordinal);
    }

    private static string Draw(SnapshotTree tree, Style style) => Samples.Text(TreeRenderer.Render(Samples.Listing(tree), style));
}
