using Snaptree.Cli.Tests.Virsh.Differential;
using Snaptree.Platform;

namespace Snaptree.Cli.Tests.Virsh;

/// <summary>The built program as virsh, where the real one cannot be asked.</summary>
public sealed class SurfaceTests
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "snaptree");

    [Fact(Timeout = Limits.Test)]
    public async Task A_link_called_virsh_is_virsh()
    {
        using var folder = TemporaryFolder.Create("virsh-link-");
        File.CreateSymbolicLink($"{folder.Path}/virsh", Program);
        var said = await RunAsync($"{folder.Path}/virsh", "", "-c", VirshPair.Test, "list");
        Assert.Equal(new Said(0, " Id   Name   State\n----------------------\n 1    test   running\n\n", ""), said);
    }

    [Fact(Timeout = Limits.Test)]
    public async Task A_test_connection_leaves_nothing_behind()
    {
        using var folder = TemporaryFolder.Create("virsh-tmp-");
        var said = await RunAsync("/usr/bin/env", "", $"TMPDIR={folder.Path}", Program, "-c", VirshPair.Test, "snapshot-create-as test s1; snapshot-list test --name");
        Assert.Equal("Domain snapshot s1 created\ns1\n\n", said.Output);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Theory(Timeout = Limits.Test)]
    [InlineData("bogus:///x", "error: failed to connect to the hypervisor\nerror: no connection driver available for bogus:///x\n")]
    [InlineData("qemu+ssh://host/system", "error: failed to connect to the hypervisor\nerror: no connection driver available for qemu+ssh://host/system\n")]
    public async Task Another_hypervisor_is_refused(string uri, string expected) =>
        Assert.Equal(new Said(1, "", expected), await RunAsync(Program, "", "-c", uri, "list"));

    [Fact(Timeout = Limits.Test)]
    public async Task The_usual_address_is_the_usual_state_directory()
    {
        using var home = TemporaryFolder.Create("virsh-home-");
        foreach (var uri in new[] { "qemu:///system", "qemu:///session", "snaptree:///" })
        {
            var said = await RunAsync("/usr/bin/env", "", $"SNAPTREE_HOME={home.Path}/state", Program, "-c", uri, "uri; list --all");
            Assert.Equal(new Said(0, $"{uri}\n\n Id   Name   State\n--------------------\n\n", ""), said);
        }

        var own = await RunAsync("/usr/bin/env", "", $"SNAPTREE_HOME={home.Path}/state", Program, "snapshot-list", "nosuch");
        Assert.Equal(new Said(1, "\n", "error: failed to get domain 'nosuch'\n"), own);
        Assert.True(File.Exists($"{home.Path}/state/catalogue.db"));
    }

    [Fact(Timeout = Limits.Test)]
    public async Task A_refused_edit_changes_nothing_and_says_why()
    {
        var said = await RunAsync(
            "/usr/bin/env", "", "EDITOR=sed -i s/running/nonsense/", Program, "-c", VirshPair.Test,
            "snapshot-create-as test s1; snapshot-edit test s1; snapshot-info test s1");
        Assert.Equal("error: Failed.\nerror: Failed to update s1\nerror: unsupported configuration: Invalid state 'nonsense' in domain snapshot XML\n", said.Error);
        Assert.Contains("State:          running\n", said.Output, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limits.Test)]
    public async Task The_verbs_of_the_first_design_work()
    {
        var said = await RunAsync(
            Program, "", "-q", "-c", VirshPair.Test,
            "snapshot-create-as test a; snapshot-create-as test b; snapshot-create-as test c; snapshot-rename test b B; snapshot-list test --tree; "
            + "snapshot-delete test B --merge; snapshot-delete test a --delete; snapshot-list test --name; destroy test; start-with-snapshot test c; domstate test --reason; "
            + "snapshot-delete-all test; snapshot-list test --name; destroy test; undefine test --snapshots-full; list --all");
        Assert.Equal("a\n  |\n  +- B\n      |\n      +- c\n        \na\nc\nrunning (from snapshot)\n", said.Output);
        Assert.Matches("^error: Failed to delete snapshot a\nerror: [^\n]+\n$", said.Error);
        Assert.Equal(0, said.ExitCode);
    }

    [Fact(Timeout = Limits.Test)]
    public async Task The_modes_of_the_first_design_exclude_virshs_own()
    {
        var said = await RunAsync(Program, "", "-c", VirshPair.Test, "snapshot-delete test a --merge --deleteforce; snapshot-delete test a --children --merge");
        Assert.Equal(
            "error: Options --merge and --deleteforce are mutually exclusive\nerror: Options --children and --merge are mutually exclusive\n", said.Error);
    }

    [Theory(Timeout = Limits.Test)]
    [InlineData("-v", "12.8.0\n")]
    [InlineData("--version=short", "12.8.0\n")]
    public async Task The_version_is_that_of_the_virsh_we_follow(string option, string expected) =>
        Assert.Equal(new Said(0, expected, ""), await RunAsync(Program, "", "virsh", option));

    [Fact(Timeout = Limits.Test)]
    public async Task Timing_is_shown_on_request() =>
        Assert.Matches(@"^test:///default\n\n\(Time: \d+\.\d{3} ms\)\n\n$", (await RunAsync(Program, "", "-t", "-c", VirshPair.Test, "uri")).Output);

    private static async Task<Said> RunAsync(string program, string input, params string[] arguments)
    {
        var result = await new ProcessRunner(TimeProvider.System).RunAsync(
            new ProcessCommand(program, arguments) { Deadline = TimeSpan.FromSeconds(50), StandardInput = input }, TestContext.Current.CancellationToken);
        return new Said(result.ExitCode, result.StandardOutput, result.StandardError);
    }
}
