using Snaptree.Cli.Text;

namespace Snaptree.Cli.Tests.Text;

public sealed class TextTests
{
    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(1023, "1023 B")]
    [InlineData(1024, "1.0 KiB")]
    [InlineData(1536, "1.5 KiB")]
    [InlineData(10 << 20, "10 MiB")]
    [InlineData(1048575, "1.0 MiB")]
    [InlineData(20L << 30, "20 GiB")]
    [InlineData(long.MaxValue, "8.0 EiB")]
    public void A_size_has_at_most_four_digits_and_its_unit(long bytes, string expected) => Assert.Equal(expected, SizeText.Of(bytes));

    [Theory]
    [InlineData("512M", 512L << 20)]
    [InlineData("2G", 2L << 30)]
    [InlineData("1.5GiB", 3L << 29)]
    [InlineData("100 MB", 100L << 20)]
    [InlineData("4096k", 4L << 20)]
    [InlineData("7b", 7L)]
    public void A_size_is_read_with_its_unit(string text, long expected)
    {
        Assert.True(SizeText.TryParse(text, out var bytes));
        Assert.Equal(expected, bytes);
    }

    [Theory]
    [InlineData("")]
    [InlineData("512")]
    [InlineData("M")]
    [InlineData("-1G")]
    [InlineData("0M")]
    [InlineData("1X")]
    [InlineData("1Mi")]
    [InlineData("1.2.3G")]
    [InlineData("9999999999E")]
    public void What_is_no_size_is_refused(string text) => Assert.False(SizeText.TryParse(text, out _));

    [Theory]
    [InlineData(-120, "in the future")]
    [InlineData(-5, "just now")]
    [InlineData(0, "just now")]
    [InlineData(30, "30 s")]
    [InlineData(300, "5 min")]
    [InlineData(3600, "1 hour")]
    [InlineData(3 * 86400, "3 days")]
    [InlineData(200 * 86400, "6 months")]
    [InlineData(1000 * 86400, "2 years")]
    public void An_age_is_told_in_the_one_unit_that_matters(int seconds, string expected) =>
        Assert.Equal(expected, AgeText.Of(Samples.Now - TimeSpan.FromSeconds(seconds), Samples.Now));

    [Theory]
    [InlineData("60s", 60_000)]
    [InlineData("60", 60_000)]
    [InlineData("500ms", 500)]
    [InlineData("1.5m", 90_000)]
    [InlineData("1h", 3_600_000)]
    public void A_length_of_time_is_read(string text, int milliseconds)
    {
        Assert.True(DurationText.TryParse(text, out var duration));
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), duration);
    }

    [Theory]
    [InlineData("")]
    [InlineData("s")]
    [InlineData("-1s")]
    [InlineData("5 weeks")]
    [InlineData("99999999h")]
    public void What_is_no_length_of_time_is_refused(string text) => Assert.False(DurationText.TryParse(text, out _));

    [Theory]
    [InlineData(0.2, "1 s")]
    [InlineData(59, "59 s")]
    [InlineData(125, "2:05")]
    [InlineData(3723, "1:02:03")]
    public void A_length_of_time_is_told_shortly(double seconds, string expected) =>
        Assert.Equal(expected, DurationText.Of(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData("abc", 3)]
    [InlineData("日本語", 6)]
    [InlineData("e\u0301", 1)]
    [InlineData("한글", 4)]
    [InlineData("👩‍👩‍👧", 2)]
    [InlineData("❤️", 2)]
    [InlineData("├─ ", 3)]
    [InlineData("", 0)]
    public void Text_is_as_wide_as_the_cells_it_takes(string text, int cells) => Assert.Equal(cells, CellWidth.Of(text));

    [Theory]
    [InlineData("abcdef", 6, "abcdef")]
    [InlineData("abcdef", 4, "abc…")]
    [InlineData("日本語", 5, "日本…")]
    [InlineData("日本語", 4, "日…")]
    [InlineData("abc", 0, "")]
    public void Text_is_cut_at_cells_never_inside_a_character(string text, int cells, string expected) =>
        Assert.Equal(expected, CellWidth.Cut(text, cells));

    [Fact]
    public void Text_from_elsewhere_cannot_command_the_terminal()
    {
        Assert.Equal("a\uFFFD[31mb c\uFFFD", SafeText.Line("a\e[31mb\nc\u202E"));
        Assert.Equal("a\nb\uFFFD", SafeText.Block("a\r\nb\a"));
    }

    [Fact]
    public void A_slip_of_the_finger_finds_the_name_that_was_meant()
    {
        Assert.Equal(["web1"], CloseNames.To("wbe1", ["web1", "web2", "database"]));
        Assert.Equal("Did you mean 'database'? ", CloseNames.Hint("datbase", ["web1", "database"]));
        Assert.Equal("", CloseNames.Hint("zzz", ["web1", "database"]));
    }

    [Theory]
    [InlineData(null, null, "en_US.UTF-8", true)]
    [InlineData("C", null, "en_US.UTF-8", false)]
    [InlineData(null, "C.utf8", "C", true)]
    [InlineData(null, null, null, false)]
    public void The_locale_says_whether_lines_can_be_drawn(string? all, string? type, string? lang, bool expected) =>
        Assert.Equal(expected, Terminal.IsUnicode(name => name switch { "LC_ALL" => all, "LC_CTYPE" => type, _ => lang }));
}
