using Snaptree.Cli.Virsh;

namespace Snaptree.Cli.Tests.Virsh;

public sealed class WordsTests
{
    [Theory]
    [InlineData("list --all", "list|--all")]
    [InlineData("  a \t b  ", "a|b")]
    [InlineData("a;b", "a|;|b")]
    [InlineData("a\nb", "a|;|b")]
    [InlineData("a # b ; c\nd", "a|;|d")]
    [InlineData("# only a comment", ";")]
    [InlineData("a#b", "a#b")]
    [InlineData("'a b' \"c  d\" e\\ f", "a b|c  d|e f")]
    [InlineData("'a'b\"c\"", "abc")]
    [InlineData("''", "")]
    [InlineData("'a\\b'", "a\\b")]
    [InlineData("\"a\\\"b\\c\"", "a\"bc")]
    [InlineData("\"it's\"", "it's")]
    [InlineData("a\\;b", "a;b")]
    [InlineData("a\\\nb", "ab")]
    [InlineData("a \\\n b", "a|b")]
    [InlineData("'not closed", "not closed")]
    [InlineData("\"a\nb\"", "a\nb")]
    [InlineData("", "")]
    public void Text_is_parted_as_virsh_parts_it(string text, string expected) => Assert.Equal(expected, string.Join('|', Read(text)));

    [Theory]
    [InlineData("echo \"a", "missing \"")]
    [InlineData("echo a\\", "dangling \\")]
    public void What_cannot_be_parted_is_told(string text, string expected) =>
        Assert.Equal(expected, Assert.Throws<VirshSyntaxException>(() => Read(text)).Message);

    private static List<string> Read(string text)
    {
        var words = new TextWords(text);
        var found = new List<string>();
        for (var word = words.Next(); word.Kind != WordKind.EndOfInput; word = words.Next())
        {
            found.Add(word.Kind == WordKind.Word ? word.Text : ";");
        }

        return found;
    }
}
