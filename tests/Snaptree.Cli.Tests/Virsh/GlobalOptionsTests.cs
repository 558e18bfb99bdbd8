using Snaptree.Cli.Virsh;

namespace Snaptree.Cli.Tests.Virsh;

public sealed class GlobalOptionsTests
{
    [Theory]
    [InlineData("-c u list", "u", "list")]
    [InlineData("--connect=u list --all", "u", "list --all")]
    [InlineData("--conn u list", "u", "list")]
    [InlineData("-cu list", "u", "list")]
    [InlineData("-qrcu list", "u", "list")]
    [InlineData("-c a -c b list", "b", "list")]
    [InlineData("-k 5 -K 6 -t list", null, "list")]
    [InlineData("-r -- -q list", null, "-q list")]
    [InlineData("list -q", null, "list -q")]
    public void Options_stand_before_the_command(string line, string? uri, string words)
    {
        var options = GlobalOptions.Parse(line.Split(' '));
        Assert.Equal((uri, words), (options.Uri, string.Join(' ', options.Words)));
    }

    [Theory]
    [InlineData("-x", "unsupported option '-x'. See --help.")]
    [InlineData("-qx", "unsupported option '-x'. See --help.")]
    [InlineData("--foo", "unsupported option '--foo'. See --help.")]
    [InlineData("--k 5", "unsupported option '--k'. See --help.")]
    [InlineData("-c", "option '-c'/'--connect' requires an argument")]
    [InlineData("--keepalive-count", "option '-K'/'--keepalive-count' requires an argument")]
    [InlineData("-k x", "Invalid value for option -k")]
    [InlineData("-K 5x", "Invalid value for option -K")]
    [InlineData("-k -1", "option -k requires a positive integer argument")]
    public void A_wrong_option_is_told_in_virshs_words(string line, string expected) =>
        Assert.Equal(expected, Assert.Throws<VirshSyntaxException>(() => GlobalOptions.Parse(line.Split(' '))).Message);

    [Theory]
    [InlineData("-v", "ShortVersion")]
    [InlineData("-V", "LongVersion")]
    [InlineData("--version", "ShortVersion")]
    [InlineData("--version=short", "ShortVersion")]
    [InlineData("--version=long", "LongVersion")]
    [InlineData("-cx -v -x", "ShortVersion")]
    [InlineData("-r -h", "Help")]
    [InlineData("--help", "Help")]
    public void The_first_of_help_and_version_ends_the_reading(string line, string expected) =>
        Assert.Equal(expected, GlobalOptions.Parse(line.Split(' ')).Intro.ToString());
}
