using System.Diagnostics;
using Snaptree.Engine;
using Snaptree.TestKit;

namespace Snaptree.Cli.Tests;

/// <summary>The real command, killed by SIGKILL at arbitrary moments; the next one finds exactly "before" or exactly "after".</summary>
public sealed class KilledCommandTests
{
    private const int Kills = 8;

    [Theory]
    [InlineData("create", "s2")]
    [InlineData("revert", "s1")]
    [InlineData("delete", "s1")]
    public async Task A_killed_command_is_recovered_by_the_next_one(string verb, string snapshot)
    {
        await using var lab = new EngineLab();
        await lab.DefineAsync("vm", await lab.CreateDiskAsync("a.qcow2", 0xa0), await lab.CreateDiskAsync("b.raw", 0xb0, Model.ImageFormat.Raw));
        await lab.CreateAsync("vm", "s1");
        await lab.FillAsync((await lab.ActiveAsync("vm")).Path, 0xa1, "1M", "512k");
        await lab.KeepAsync();
        var before = await lab.FactsAsync("vm");
        var whole = await TimeAsync(lab, verb, snapshot);
        for (var kill = 1; kill <= Kills; kill++)
        {
            await lab.BeginAgainAsync();
            await KillAfterAsync(lab, whole * kill / (Kills + 1), verb, snapshot);
            lab.Reopen();
            var recovered = await lab.RecoverAsync("vm");
            if (recovered?.Outcome == OperationState.Undone)
            {
                Assert.Equal(before, await lab.FactsAsync("vm"));
            }

            Assert.Empty(lab.Unclaimed("vm"));
            Assert.Empty(lab.Lost("vm"));
            Assert.Null(await lab.RecoverAsync("vm"));
            Assert.Subset(Bytes(before), verb == "create" ? Bytes(before) : Bytes(await lab.RestorePointsAsync("vm")));
        }
    }

    private static HashSet<string> Bytes(IEnumerable<string> lines) => [.. lines.Where(line => line.StartsWith("  ", StringComparison.Ordinal))];

    private static async Task<TimeSpan> TimeAsync(EngineLab lab, string verb, string snapshot)
    {
        await lab.BeginAgainAsync();
        using var command = Start(lab, verb, snapshot);
        var started = TimeProvider.System.GetTimestamp();
        await command.WaitForExitAsync(lab.Token);
        Assert.Equal(0, command.ExitCode);
        return TimeProvider.System.GetElapsedTime(started);
    }

    private static async Task KillAfterAsync(EngineLab lab, TimeSpan after, string verb, string snapshot)
    {
        using var command = Start(lab, verb, snapshot);
        using var limit = new CancellationTokenSource(after);
        try
        {
            await command.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            command.Kill(entireProcessTree: true);
            await command.WaitForExitAsync(lab.Token);
        }
    }

    private static Process Start(EngineLab lab, string verb, string snapshot)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in new[] { Path.Combine(AppContext.BaseDirectory, "snaptree.dll"), verb, "vm", snapshot, "--quiet" })
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["SNAPTREE_HOME"] = lab.State;
        return Process.Start(start)!;
    }
}
