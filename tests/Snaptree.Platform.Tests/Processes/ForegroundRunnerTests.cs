namespace Snaptree.Platform.Tests.Processes;

public sealed class ForegroundRunnerTests
{
    [Theory]
    [InlineData("exit 3", 3)]
    [InlineData("kill -TERM $$", 143)]
    public async Task The_exit_code_comes_back(string script, int expected) => Assert.Equal(expected, await RunAsync("sh", "-c", script));

    [Fact]
    public async Task It_stands_in_our_process_group_so_that_the_terminal_reaches_both()
    {
        // Fields behind the name in brackets: state, parent, process group.
        const string Script = "test \"$(sed 's/.*) //' /proc/$PPID/stat | cut -d' ' -f3)\" = \"$(sed 's/.*) //' /proc/$$/stat | cut -d' ' -f3)\"";
        Assert.Equal(0, await RunAsync("sh", "-c", Script));
    }

    [Fact]
    public async Task It_has_the_locale_that_we_have() =>
        Assert.Equal(0, await RunAsync("sh", "-c", $"test \"$LC_ALL\" = '{Environment.GetEnvironmentVariable("LC_ALL")}'"));

    [Fact]
    public async Task A_missing_program_is_told() =>
        await Assert.ThrowsAsync<ProgramNotFoundException>(() => RunAsync("no-such-editor-anywhere"));

    [Fact]
    public async Task It_can_have_neither_input_text_nor_an_output_callback() =>
        await Assert.ThrowsAsync<ArgumentException>(
            () => new ForegroundRunner().RunAsync(new ProcessCommand("true", []) { StandardInput = "x" }, TestContext.Current.CancellationToken));

    private static Task<int> RunAsync(string program, params string[] arguments) =>
        new ForegroundRunner().RunAsync(new ProcessCommand(program, arguments), TestContext.Current.CancellationToken);
}
