using System.Diagnostics;
using Snaptree.Engine;
using Snaptree.Model;
using Snaptree.Platform;
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
        await lab.DefineAsync("vm", await lab.CreateDiskAsync("a.qcow2", 0xa0), await lab.CreateDiskAsync("b.raw", 0xb0, ImageFormat.Raw));
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

    [Fact]
    public async Task A_tool_that_a_killed_command_left_at_work_is_ended_by_the_next_one()
    {
        await using var lab = new EngineLab();
        var disk = await lab.CreateDiskAsync("a.qcow2", 0xa0);
        await lab.DefineAsync("vm", disk);
        await lab.CreateAsync("vm", "s1");
        var overlay = (await lab.ActiveAsync("vm")).Path;
        await lab.FillAsync(overlay, 0xa1, "0", "4M");
        var present = await lab.ContentsAsync(overlay, ImageFormat.Qcow2);
        await WriteSlowToolAsync(lab);
        using var command = Start(lab, "delete", "s1", $"{lab.Folder}/slow:");
        var tool = await FindToolAsync(lab, overlay);
        command.Kill();
        await command.WaitForExitAsync(lab.Token);
        Assert.True(tool.IsAlive, "the tool ended with the command; it should have gone on by itself");

        lab.Reopen();
        Assert.Equal(OperationState.Succeeded, (await lab.RecoverAsync("vm"))!.Outcome);
        Assert.False(tool.IsAlive);
        Assert.Equal(disk, (await lab.ActiveAsync("vm")).Path);
        Assert.Equal(present, await lab.ContentsAsync(disk, ImageFormat.Qcow2));
        Assert.Empty(lab.Unclaimed("vm"));
    }

    /// <summary>The real tool, told to take a minute for a commit.</summary>
    private static async Task WriteSlowToolAsync(EngineLab lab)
    {
        Directory.CreateDirectory($"{lab.Folder}/slow");
        var script = $"#!/bin/sh\nPATH=${{PATH#*:}}\nverb=$1\nshift\n[ $verb = commit ] && exec qemu-img commit -r 64k \"$@\"\nexec qemu-img $verb \"$@\"\n";
        await File.WriteAllTextAsync($"{lab.Folder}/slow/qemu-img", script, lab.Token);
        File.SetUnixFileMode($"{lab.Folder}/slow/qemu-img", UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private static async Task<ProcessIdentity> FindToolAsync(EngineLab lab, ImagePath image)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (await timer.WaitForNextTickAsync(lab.Token))
        {
            if (ProcessSearch.FindOurs(new HashSet<string> { image.Value }).FirstOrDefault(tool => tool.HasArgument("64k")) is { } found)
            {
                return found;
            }
        }

        throw new InvalidOperationException("no commit was begun");
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
            // Only the command: what it was running goes on by itself, as after any kill -9.
            command.Kill();
            await command.WaitForExitAsync(lab.Token);
        }
    }

    private static Process Start(EngineLab lab, string verb, string snapshot, string path = "")
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in new[] { Path.Combine(AppContext.BaseDirectory, "snaptree.dll"), verb, "vm", snapshot, "--quiet" })
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["SNAPTREE_HOME"] = lab.State;
        start.Environment["PATH"] = path + Environment.GetEnvironmentVariable("PATH");
        return Process.Start(start)!;
    }
}
