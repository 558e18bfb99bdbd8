using Snaptree.Cli.Virsh;

namespace Snaptree.Cli.Tests.Virsh;

public sealed class OutputTests
{
    [Fact]
    public void A_table_is_as_wide_as_its_widest_cells() => Assert.Equal(
        " Name     State     Parent\n----------------------------\n s1       running   \n wide漢   shut      s1\n",
        Printed(output => Table(output, ["Name", "State", "Parent"], ["s1", "running", ""], ["wide漢", "shut", "s1"])));

    [Fact]
    public void A_quiet_table_has_neither_head_nor_rule_nor_their_widths() =>
        Assert.Equal(" 1   test\n", Printed(output => Table(output, ["Id", "Name"], ["1", "test"]), isQuiet: true));

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("tab\there", "tab\\x09here")]
    [InlineData("a\\x41b", "a\\x5cx41b")]
    [InlineData("a\\\\x41b", "a\\\\x5cx41b")]
    [InlineData("back\\slash", "back\\slash")]
    [InlineData("bell\a\u007f", "bell\\x07\\x7f")]
    [InlineData("line\nbreak", "line\\x0abreak")]
    [InlineData("é漢", "é漢")]
    [InlineData("next\u0085line", "next\\xc2\\x85line")]
    public void What_a_terminal_cannot_show_is_shown_by_its_bytes(string text, string expected) =>
        Assert.Equal(expected, PrintableText.Of(text, isUnicode: true));

    [Fact]
    public void Without_unicode_only_ascii_is_shown_as_it_is() => Assert.Equal("\\xc3\\xa9a", PrintableText.Of("éa", isUnicode: false));

    [Fact]
    public void A_tree_is_drawn_as_virsh_draws_it()
    {
        var parents = new Dictionary<string, string?>
        {
            ["s1"] = null,
            ["s3"] = "s1",
            ["s2"] = "s3",
            ["s6"] = "s3",
            ["s4"] = "s6",
            ["s5"] = "s6",
            ["s7"] = "s1",
            ["s8"] = "s7",
            ["alone"] = null,
        };
        string[] lines =
        [
            "s1", "  |", "  +- s3", "  |   |", "  |   +- s2", "  |   +- s6", "  |       |", "  |       +- s4", "  |       +- s5", "  |         ",
            "  +- s7", "      |", "      +- s8", "        ", "alone", "", "",
        ];
        Assert.Equal(string.Join('\n', lines), Printed(new VirshTree([.. parents.Keys], name => parents[name]).Print));
    }

    [Fact]
    public void Names_are_ordered_by_bytes_without_regard_to_case() =>
        Assert.Equal([".h", "a/b", "B c", "e", "é"], new[] { "é", "B c", "e", ".h", "a/b" }.Order(NameOrder.Instance));

    [Fact]
    public void Quiet_drops_extras_and_keeps_results_and_errors()
    {
        using var both = new StringWriter();
        var output = new VirshOutput(both, both, isQuiet: true, isUnicode: true);
        output.Print("result\n");
        output.Extra("extra\n");
        output.Error("wrong");
        output.ErrorUnlessSilent(null);
        Assert.Equal("result\nerror: wrong\n", both.ToString());
    }

    private static void Table(VirshOutput output, string[] head, params string[][] rows)
    {
        var table = new VirshTable(head);
        foreach (var row in rows)
        {
            table.Add(row);
        }

        table.Print(output);
    }

    private static string Printed(Action<VirshOutput> print, bool isQuiet = false)
    {
        using var written = new StringWriter();
        print(new VirshOutput(written, TextWriter.Null, isQuiet, isUnicode: true));
        return written.ToString();
    }
}
