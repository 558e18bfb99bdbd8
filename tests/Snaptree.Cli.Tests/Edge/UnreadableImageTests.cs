using Snaptree.Platform;
using Snaptree.TestKit;

namespace Snaptree.Cli.Tests.Edge;

/// <summary>The command as an account that may not read an image: it says which and what to do, and changes nothing.</summary>
public sealed class UnreadableImageTests
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "snaptree");

    [Fact]
    public async Task Every_change_is_refused_with_the_images_name_and_a_remedy()
    {
        await using var lab = new EngineLab();
        var disk = await lab.CreateDiskAsync("a.qcow2", 0xa0);
        await lab.DefineAsync("vm", disk);
        await lab.CreateAsync("vm", "s1");
        var before = await lab.FactsAsync("vm");
        File.SetUnixFileMode(disk.Value, UnixFileMode.None);
        foreach (var verb in new[] { "create vm s2", "revert vm s1", "delete vm s1", "vm start vm" })
        {
            var result = await RunAsync(lab, verb.Split(' '));
            Assert.Equal((verb, 1, ""), (verb, result.ExitCode, result.StandardOutput));
            Assert.Contains($"error: the image {disk} cannot be read", result.StandardError, StringComparison.Ordinal);
            Assert.Contains("Run as a user who may read it.", result.StandardError, StringComparison.Ordinal);
        }

        File.SetUnixFileMode(disk.Value, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Assert.Equal(before, await lab.FactsAsync("vm"));
    }

    /// <summary>The administrator may read everything, so then the command is run without that right.</summary>
    private static Task<ProcessResult> RunAsync(EngineLab lab, string[] arguments)
    {
        string[] plain = ["env", $"SNAPTREE_HOME={lab.State}", Program, .. arguments];
        string[] words = Environment.IsPrivilegedProcess ? ["setpriv", "--bounding-set=-dac_override,-dac_read_search", .. plain] : plain;
        return new ProcessRunner(TimeProvider.System).RunAsync(
            new ProcessCommand(words[0], words[1..]) { Deadline = TimeSpan.FromMilliseconds(Limits.Test) }, lab.Token);
    }
}
