namespace Snaptree.Cli.Tests.Virsh.Differential;

/// <summary>
/// The real virsh and ours get the same sessions on <c>test:///default</c> and must say the same, byte for byte, and end the same. What
/// is meant to differ is listed in docs/virsh.md and tried on its own.
/// </summary>
public sealed class DifferentialTests
{
    private const int Limit = 600_000;
    private const int SessionLength = 160;
    private const int ShortSessionLength = 6;
    private const int ShownMismatches = 8;

    [Theory(Timeout = Limit)]
    [InlineData(1, ScriptFiles.Describing)]
    [InlineData(2, ScriptFiles.Describing)]
    [InlineData(3, ScriptFiles.Describing)]
    [InlineData(4, ScriptFiles.Renaming)]
    [InlineData(5, ScriptFiles.Idle)]
    public async Task A_long_session_is_the_same_command_by_command(int seed, string editor)
    {
        var commands = new ScriptGenerator(seed).Commands(SessionLength);
        using var pair = new VirshPair(ScriptFiles.All(editor));
        var (theirs, ours) = await pair.RunMixedAsync(["-c", VirshPair.Test, Transcript.Script(commands)], null, TestContext.Current.CancellationToken);
        AssertSame(seed, Transcript.Split(commands, theirs.Output), Transcript.Split(commands, ours.Output));
        Assert.Equal(theirs.ExitCode, ours.ExitCode);
    }

    [Fact(Timeout = Limit)]
    public async Task Short_sessions_end_with_the_same_exit_code_and_say_the_same_apart()
    {
        for (var seed = 100; seed < 124; seed++)
        {
            var commands = new ScriptGenerator(seed).Commands(ShortSessionLength);
            using var pair = new VirshPair(ScriptFiles.All(ScriptFiles.Describing));
            string[] arguments = ["-c", VirshPair.Test, .. seed % 3 == 0 ? ["-q"] : Array.Empty<string>(), string.Join(seed % 2 == 0 ? "; " : "\n", commands)];
            var (theirs, ours) = await pair.RunAsync(arguments, TestContext.Current.CancellationToken);
            Assert.Equal((seed, Plain(theirs)), (seed, Plain(ours)));
        }
    }

    [Theory(Timeout = Limit)]
    [InlineData("")]
    [InlineData(";")]
    [InlineData("# nothing")]
    [InlineData("nosuch")]
    [InlineData("list; nosuch")]
    [InlineData("list --foo")]
    [InlineData("list", "extra")]
    [InlineData("list", "--all", "extra", "--foo")]
    [InlineData("domstate", "te st")]
    [InlineData("domstate", "test;")]
    [InlineData("dominfo")]
    [InlineData("dominfo", "--domain")]
    [InlineData("domstate", "--domain=test")]
    [InlineData("domstate", "--domain", "test", "--reason", "--reason")]
    [InlineData("domstate --reason=1 test")]
    [InlineData("domstate 'test")]
    [InlineData("domstate \"test")]
    [InlineData("domstate test\\")]
    [InlineData("domstate\\\n test")]
    [InlineData("domstate test # why")]
    [InlineData("domstate nosuch; domstate test")]
    [InlineData("domstate test; domstate nosuch")]
    [InlineData("cd /; pwd")]
    [InlineData("cd")]
    [InlineData("quit; nothing")]
    [InlineData("domstate nosuch; exit")]
    [InlineData("echo a 'b c' \"d'e\"")]
    [InlineData("echo", "--shell", "a", "b c", "it's", "-_./:=,@%+")]
    [InlineData("echo", "--xml", "<a>&\"'")]
    [InlineData("echo --err a b")]
    [InlineData("echo --shell --xml a")]
    [InlineData("echo -- --shell")]
    [InlineData("uri")]
    [InlineData("hostname")]
    [InlineData("help nosuch")]
    [InlineData("snapshot-create-as test", "s1")]
    [InlineData("snapshot-create-as", "test", "a b", "--print-xml", "--", "--live")]
    public async Task One_command_line_says_the_same_and_ends_the_same(params string[] arguments) => await AssertSameAsync(["-c", VirshPair.Test, .. arguments]);

    [Theory(Timeout = Limit)]
    [InlineData("-q", "-c", VirshPair.Test, "list; snapshot-create-as test s1; snapshot-current test --name; snapshot-list test; snapshot-list test --tree")]
    [InlineData("-r", "-c", VirshPair.Test, "snapshot-list test; snapshot-create test; snapshot-create-as test --print-xml; destroy test; dumpxml test --security-info")]
    [InlineData("-rc", VirshPair.Test, "suspend test; resume test; reset test; shutdown test; start test; define t2.xml; define t2.xml --validate; undefine test")]
    [InlineData("-c", VirshPair.Test, "-r", "restore f; managedsave-remove test; save-image-dumpxml f; save-image-define f t2.xml; destroy test --graceful")]
    [InlineData("--connect", VirshPair.Test, "uri")]
    [InlineData("--connect=test:///default", "uri")]
    [InlineData("--conn=test:///default", "--quie", "uri")]
    [InlineData("-c", VirshPair.Test, "--", "uri")]
    [InlineData("-x")]
    [InlineData("--nosuch", "list")]
    [InlineData("-c")]
    [InlineData("-k", "x", "list")]
    [InlineData("-K", "-1", "list")]
    [InlineData("-c", "bogus", "nosuch")]
    public async Task Options_before_the_command_do_the_same(params string[] arguments) => await AssertSameAsync(arguments);

    [Theory(Timeout = Limit)]
    [InlineData("domstate test\nnosuch\ndomstate test --foo\n\n# only a comment\ndomstate nosuch\n")]
    [InlineData("echo \"a\nb\"\n")]
    [InlineData("cd /\npwd\ncd /nosuch\ncd /etc/passwd\npwd\n")]
    [InlineData("quit\nlist\n")]
    [InlineData("list; exit; list\nlist\n")]
    [InlineData("snapshot-create-as test s1; snapshot-current test --name\nsnapshot-delete test s1")]
    [InlineData("")]
    public async Task A_session_read_from_a_file_looks_the_same(string lines)
    {
        using var pair = new VirshPair(ScriptFiles.All(ScriptFiles.Idle));
        foreach (var options in new string[][] { ["-c", VirshPair.Test], ["-q", "-c", VirshPair.Test], ["-r", "-c", VirshPair.Test] })
        {
            var (theirs, ours) = await pair.RunMixedAsync(options, lines, TestContext.Current.CancellationToken);
            Assert.Equal(Plain(theirs), Plain(ours));
        }
    }

    private static async Task AssertSameAsync(string[] arguments)
    {
        using var pair = new VirshPair(ScriptFiles.All(ScriptFiles.Idle));
        var (theirs, ours) = await pair.RunAsync(arguments, TestContext.Current.CancellationToken);
        Assert.Equal(Plain(theirs), Plain(ours));
    }

    private static void AssertSame(int seed, IReadOnlyList<Spoken> theirs, IReadOnlyList<Spoken> ours)
    {
        Assert.Equal((seed, theirs.Count), (seed, ours.Count));
        var mismatches = theirs.Zip(ours).Where(pair => pair.First.Text != pair.Second.Text).ToList();
        Assert.True(
            mismatches.Count == 0,
            $"seed {seed}: {mismatches.Count} of {theirs.Count} commands differ\n"
            + string.Join('\n', mismatches.Take(ShownMismatches).Select(pair => $"=== {pair.First.Command}\n--- virsh\n{pair.First.Text}\n--- ours\n{pair.Second.Text}")));
    }

    private static Said Plain(Said said) => said with { Output = Transcript.Plain(said.Output), Error = Transcript.Plain(said.Error) };
}
