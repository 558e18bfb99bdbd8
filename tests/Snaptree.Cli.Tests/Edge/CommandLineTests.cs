using Snaptree.Platform;

namespace Snaptree.Cli.Tests.Edge;

/// <summary>The built program itself: what it prints and how it ends, without opening anything.</summary>
public sealed class CommandLineTests
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "snaptree");

    [Fact(Timeout = Limits.Test)]
    public async Task Version_prints_name_and_number_and_opens_nothing()
    {
        var (code, output, error) = await RunAsync("--version");
        Assert.Equal((0, ""), (code, error));
        Assert.Matches(@"^snaptree \d+\.\d+\.\d+\n$", output);
    }

    [Theory(Timeout = Limits.Test)]
    [InlineData("--help")]
    [InlineData("")]
    public async Task Help_lists_the_verbs(string argument)
    {
        var (code, output, _) = await RunAsync(argument.Length == 0 ? [] : [argument]);
        Assert.Equal(0, code);
        Assert.All(["create", "list", "revert", "delete", "explain", "recover", "vm"], verb => Assert.Contains($"  {verb}", output, StringComparison.Ordinal));
    }

    [Theory(Timeout = Limits.Test)]
    [InlineData("create")]
    [InlineData("list")]
    [InlineData("revert")]
    [InlineData("vm", "create")]
    [InlineData("vm", "stop")]
    [InlineData("explain", "delete")]
    public async Task Every_verb_explains_itself_with_an_example(params string[] verb)
    {
        var (code, output, _) = await RunAsync([.. verb, "--help"]);
        Assert.Equal(0, code);
        Assert.Contains("Usage:", output, StringComparison.Ordinal);
        Assert.Matches(@"Examples?:\n  snaptree ", output);
    }

    [Theory(Timeout = Limits.Test)]
    [InlineData("creat", "error: unknown verb 'creat'. Did you mean 'create'?\nusage: snaptree VERB ... [options]\nSee 'snaptree --help'.\n")]
    [InlineData("create", "error: DOMAIN is missing: name or UUID of the domain.\nusage: snaptree create DOMAIN [NAME] [options]\nSee 'snaptree create --help'.\n")]
    [InlineData("list web1 --jsn", "error: unknown option '--jsn'. Did you mean '--json'?\nusage: snaptree list DOMAIN [options]\nSee 'snaptree list --help'.\n")]
    [InlineData("revert web1 s --running --paused", "error: --running and --paused exclude each other.\nusage: snaptree revert DOMAIN SNAPSHOT [options]\nSee 'snaptree revert --help'.\n")]
    [InlineData("current web1 extra", "error: unknown argument 'extra'.\nusage: snaptree current DOMAIN [options]\nSee 'snaptree current --help'.\n")]
    public async Task Bad_usage_is_told_in_three_lines(string arguments, string expected) =>
        Assert.Equal((2, "", expected), await RunAsync(arguments.Split(' ')));

    [Theory(Timeout = Limits.Test)]
    [InlineData("vm", "needs a verb: create, define, list")]
    [InlineData("vm create web1 --disk x --memory 512", "'512' is no size for --memory")]
    [InlineData("vm create web1 --disk x,bus=scsi --memory 1G", "'bus=scsi' is not understood")]
    [InlineData("vm create web1 --disk x --memory 1G --cpus 0", "--cpus takes a number")]
    [InlineData("vm create web1 --disk x --memory 1G --initrd i", "need --kernel")]
    [InlineData("vm stop web1 --timeout soon", "'soon' is no length of time")]
    [InlineData("create web1 --memory sideways", "sideways")]
    [InlineData("create web1 --quiesce", "--quiesce needs --disk-only")]
    public async Task A_wrong_value_is_told_with_what_would_be_right(string arguments, string expected)
    {
        var (code, output, error) = await RunAsync(arguments.Split(' '));
        Assert.Equal((2, ""), (code, output));
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limits.Test)]
    public async Task The_guard_of_a_freeze_is_not_shown_and_goes_when_there_is_nothing_to_thaw()
    {
        Assert.DoesNotContain("thaw-guard", (await RunAsync("--help")).Output, StringComparison.Ordinal);
        var folder = Directory.CreateTempSubdirectory("guard");
        Assert.Equal((0, "", ""), await RunAsync("thaw-guard", $"{folder.FullName}/agent", "1", "1", "30"));
        folder.Delete(recursive: true);
    }

    [Fact(Timeout = Limits.Test)]
    public async Task Bad_usage_is_json_when_json_is_asked_for()
    {
        var (code, _, error) = await RunAsync("list", "--json");
        Assert.Equal(2, code);
        using var parsed = System.Text.Json.JsonDocument.Parse(error);
        Assert.Equal(2, parsed.RootElement.GetProperty("error").GetProperty("exitCode").GetInt32());
    }

    [Fact(Timeout = Limits.Test)]
    public async Task The_shell_is_told_verbs_and_options()
    {
        Assert.Equal("create\n", (await RunAsync("[suggest:13]", "snaptree crea")).Output);
        Assert.Equal("--discard-changes\n", (await RunAsync("[suggest:27]", "snaptree revert web1 s --dis")).Output);
    }

    [Fact(Timeout = Limits.Test)]
    public async Task The_bash_script_completes_a_verb()
    {
        var script = (await RunAsync("completion", "bash")).Output;
        var probe = script + "\nPATH=\"$1:$PATH\" COMP_LINE='snaptree vm sus' COMP_POINT=15 COMP_CWORD=2 COMP_WORDS=(snaptree vm sus)\n_snaptree\necho \"${COMPREPLY[@]}\"";
        var result = await new ProcessRunner(TimeProvider.System).RunAsync(
            new ProcessCommand("/bin/bash", ["-c", probe, "bash", AppContext.BaseDirectory]) { Deadline = TimeSpan.FromSeconds(50) },
            TestContext.Current.CancellationToken);
        Assert.Equal("suspend", result.StandardOutput.Trim());
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        var result = await new ProcessRunner(TimeProvider.System).RunAsync(
            new ProcessCommand(Program, [.. arguments]) { Deadline = TimeSpan.FromSeconds(50) }, TestContext.Current.CancellationToken);
        return (result.ExitCode, result.StandardOutput, result.StandardError);
    }
}
