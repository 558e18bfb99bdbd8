namespace Snaptree.Platform.Tests.Identity;

public sealed class SystemPathsTests
{
    [Theory]
    [InlineData(0, "", "/var/lib/snaptree", "/run/snaptree")]
    [InlineData(0, "HOME=/root XDG_STATE_HOME=/s XDG_RUNTIME_DIR=/r", "/var/lib/snaptree", "/run/snaptree")]
    [InlineData(0, "SNAPTREE_HOME=/own", "/own", "/own/run")]
    [InlineData(1000, "SNAPTREE_HOME=/own/ HOME=/home/u XDG_RUNTIME_DIR=/r", "/own", "/own/run")]
    [InlineData(1000, "SNAPTREE_HOME=own", "/here/own", "/here/own/run")]
    [InlineData(1000, "HOME=/home/u SNAPTREE_HOME=", "/home/u/.local/state/snaptree", "/home/u/.local/state/snaptree/run")]
    [InlineData(1000, "HOME=/home/u XDG_RUNTIME_DIR=/run/user/1000", "/home/u/.local/state/snaptree", "/run/user/1000/snaptree")]
    [InlineData(1000, "XDG_STATE_HOME=/s", "/s/snaptree", "/s/snaptree/run")]
    [InlineData(1000, "HOME=/home/u XDG_STATE_HOME=rel XDG_RUNTIME_DIR=rel", "/home/u/.local/state/snaptree", "/home/u/.local/state/snaptree/run")]
    public void Places_follow_from_environment_and_account(uint uid, string variables, string state, string runtime)
    {
        Dictionary<string, string> environment = variables.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(v => v.Split('=', 2)).ToDictionary(v => v[0], v => v[1]);

        Assert.Equal(new SystemPaths(state, runtime), SystemPaths.Derive(environment, uid, "/here"));
    }

    [Fact]
    public void An_account_without_a_home_is_told_what_to_set()
    {
        HomeUnknownException e = Assert.Throws<HomeUnknownException>(() => SystemPaths.Derive(new Dictionary<string, string>(), 1000, "/"));

        Assert.Contains("SNAPTREE_HOME", e.Message);
    }

    [Fact(Timeout = Limits.Test)]
    public async Task The_current_account_agrees_with_the_id_command()
    {
        ProcessRunner runner = new(TimeProvider.System);
        ProcessResult said = await runner.RunAsync(Shell.Script("id -u; id -g; id -un"), CancellationToken.None);

        UserIdentity me = UserIdentity.Current;

        Assert.Equal($"{me.Uid}\n{me.Gid}\n{me.Name}\n", said.StandardOutput);
        Assert.Equal(me.Uid == 0, me.IsRoot);
    }
}
