using Snaptree.Cli.Virsh;
using Snaptree.Platform;

namespace Snaptree.Cli.Tests.Virsh;

public sealed class RouteTests
{
    private static readonly string[] OwnVerbs = ["list", "create", "delete", "current", "dumpxml", "vm"];

    [Theory]
    [InlineData("snapshot-list web1", "snapshot-list web1")]
    [InlineData("start web1", "start web1")]
    [InlineData("virsh list web1", "list web1")]
    [InlineData("virsh", "")]
    [InlineData("-c test:///default list", "-c test:///default list")]
    [InlineData("--connect=x list", "--connect=x list")]
    [InlineData("-r list", "-r list")]
    [InlineData("-q list", "-q list")]
    [InlineData("list", "list")]
    [InlineData("list --all", "list --all")]
    [InlineData("dumpxml web1", "dumpxml web1")]
    [InlineData("dumpxml --xpath //name web1", "dumpxml --xpath //name web1")]
    [InlineData("help snapshot", "help snapshot")]
    public void What_only_virsh_can_mean_is_virshs(string line, string expected) =>
        Assert.Equal(expected, string.Join(' ', Of("/usr/bin/snaptree", line.Split(' ')) ?? ["ours"]));

    [Theory]
    [InlineData("list web1")]
    [InlineData("list --json")]
    [InlineData("list --help")]
    [InlineData("dumpxml web1 s1")]
    [InlineData("create web1")]
    [InlineData("vm list")]
    [InlineData("--help")]
    [InlineData("--version")]
    [InlineData("-h")]
    [InlineData("help")]
    [InlineData("creat")]
    [InlineData("[suggest:14] snaptree")]
    public void Everything_else_is_ours(string line) => Assert.Null(Of("snaptree", line.Split(' ')));

    [Theory]
    [InlineData("snapshot-list web1")]
    [InlineData("list; list")]
    [InlineData("list;")]
    [InlineData("list\nlist")]
    public void Several_words_in_one_argument_are_virshs(string text) => Assert.Equal([text], Of("snaptree", text));

    [Theory]
    [InlineData("virsh")]
    [InlineData("/usr/local/bin/virsh")]
    public void Started_as_virsh_it_is_virsh(string name) => Assert.Equal(["create", "web1"], Of(name, "create", "web1"));

    private static IReadOnlyList<string>? Of(string name, params string[] arguments) =>
        new VirshRoute(new VirshVerbs(new ForegroundRunner()), OwnVerbs).Of(name, arguments);
}
