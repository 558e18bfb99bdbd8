using Snaptree.Cli.Virsh;
using Snaptree.Platform;

namespace Snaptree.Cli.Tests.Virsh;

public sealed class ParserTests
{
    private static readonly VirshVerbs Verbs = new(new ForegroundRunner());

    [Theory]
    [InlineData("nosuch", "unknown command: 'nosuch'")]
    [InlineData("List", "unknown command: 'List'")]
    [InlineData("list --foo", "command 'list' doesn't support option --foo")]
    [InlineData("list --al", "command 'list' doesn't support option --al")]
    [InlineData("list extra", "unexpected data 'extra'")]
    [InlineData("list -a", "unexpected data '-a'")]
    [InlineData("list -- --all", "unexpected data '--all'")]
    [InlineData("list --all=1", "invalid '=' after option --all")]
    [InlineData("dominfo", "command 'dominfo' requires <domain> option")]
    [InlineData("snapshot-dumpxml test", "command 'snapshot-dumpxml' requires <snapshotname> option")]
    [InlineData("dominfo --domain", "expected syntax: --domain <string>")]
    [InlineData("dominfo --domain= test", "unexpected data 'test'")]
    [InlineData("domstate --reason test --reason", "option --reason already seen")]
    [InlineData("domstate --domain test --domain test", "option --domain already seen")]
    [InlineData("domstate --domain test test", "unexpected data 'test'")]
    [InlineData("snapshot-dumpxml test s1 //name", "unexpected data '//name'")]
    [InlineData("list; nosuch; echo 'x", "unknown command: 'nosuch'")]
    public void The_first_mistake_is_told_in_virshs_words(string text, string expected) =>
        Assert.Equal(expected, Assert.Throws<VirshSyntaxException>(() => Parse(text)).Message);

    [Theory]
    [InlineData("snapshot-create-as test s1 what vda vdb", "domain=test name=s1 description=what diskspec=vda diskspec=vdb")]
    [InlineData("snapshot-create-as --name s1 test --diskspec vda what", "name=s1 domain=test diskspec=vda description=what")]
    [InlineData("snapshot-create-as test --name=s1=2 -- --live", "domain=test name=s1=2 description=--live")]
    [InlineData("snapshot-create-as test --diskspec --live", "domain=test diskspec=--live")]
    [InlineData("snapshot-list test --tree s1", "domain=test tree= from=s1")]
    [InlineData("echo a --shell - b", "string=a shell= string=- string=b")]
    [InlineData("help --foo list extra", "command=list")]
    [InlineData("dominfo --help nosuch", "command=dominfo")]
    public void Values_go_to_the_options_in_order(string text, string expected) =>
        Assert.Equal(expected, string.Join(' ', Assert.Single(Parse(text)).Given.Select(given => $"{given.Option.Name}={given.Value}")));

    [Fact]
    public void Every_verb_can_be_found_and_explains_itself() =>
        Assert.All(
            Enum.GetValues<VirshGroup>().SelectMany(Verbs.Of),
            verb => Assert.Contains($"    {verb.Name} - {verb.Summary}\n", HelpPages.OfVerb(Verbs.Find(verb.Name)!), StringComparison.Ordinal));

    [Fact]
    public void Help_on_a_verb_stands_in_virshs_layout() => Assert.Equal(
        """
          NAME
            snapshot-parent - Get the name of the parent of a snapshot

          SYNOPSIS
            snapshot-parent <domain> [--snapshotname <string>] [--current]

          DESCRIPTION
            Show the name of a snapshot's parent, if it has one

          OPTIONS
            [--domain] <string>  name, id or UUID of the domain
            --snapshotname <string>  name of the snapshot
            --current        the current snapshot


        """,
        HelpPages.OfVerb(Verbs.Find("snapshot-parent")!));

    private static System.Collections.Immutable.ImmutableArray<VirshCommand> Parse(string text) => new CommandParser(Verbs).Parse(new TextWords(text));
}
