using Snaptree.Model;
using Snaptree.TestKit;

namespace Snaptree.Engine.Tests;

/// <summary>
/// The crash matrix on a shut off domain: for each operation the engine is stopped at every durable point, then at every durable point of the
/// recovery, and the end is exactly "before" or exactly "after".
/// </summary>
public sealed class OfflineCrashTests
{
    public static TheoryData<string> Operations => [.. Cases.Keys];

    private static readonly Dictionary<string, CrashCase> Cases = new()
    {
        ["create external"] = new(
            lab => lab.CreateAsync("vm", "s1"),
            lab => lab.CreateAsync("vm", "s2"),
            After: ["s1", "s2"]),
        ["create internal"] = new(
            lab => lab.CreateAsync("vm", "s1", Internal),
            lab => lab.CreateAsync("vm", "s2", Internal),
            After: ["s1", "s2"]),
        ["revert external, forking the tree"] = new(
            async lab =>
            {
                await CreateAndWriteAsync(lab, "s1", 0xa1);
                await CreateAndWriteAsync(lab, "s2", 0xa2);
            },
            lab => lab.RevertAsync("vm", "s1"),
            After: ["s1", "s2"])
        { IsRevert = true },
        ["revert internal"] = new(
            async lab =>
            {
                await lab.CreateAsync("vm", "s1", Internal);
                await WriteAsync(lab, 0xa1);
            },
            lab => lab.RevertAsync("vm", "s1"),
            After: ["s1"])
        { IsRevert = true },
        ["delete the root"] = new(ThreeAsync, lab => lab.DeleteAsync("vm", "s1"), After: ["s2", "s3"]),
        ["delete in the middle"] = new(ThreeAsync, lab => lab.DeleteAsync("vm", "s2"), After: ["s1", "s3"]),
        ["delete the leaf"] = new(ThreeAsync, lab => lab.DeleteAsync("vm", "s3"), After: ["s1", "s2"]),
        ["delete internal"] = new(
            async lab =>
            {
                await lab.CreateAsync("vm", "s1", Internal);
                await WriteAsync(lab, 0xa1);
            },
            lab => lab.DeleteAsync("vm", "s1"),
            After: []),
        ["delete under a fork"] = new(
            async lab =>
            {
                await ThreeAsync(lab);
                await lab.RevertAsync("vm", "s1");
                await WriteAsync(lab, 0xb1);
                await lab.CreateAsync("vm", "s4");
            },
            lab => lab.DeleteAsync("vm", "s1"),
            After: ["s2", "s3", "s4"]),
        ["delete the branch that kept a shared base"] = new(
            async lab =>
            {
                await CreateAndWriteAsync(lab, "s1", 0xa1);
                await CreateAndWriteAsync(lab, "s2", 0xa2);
                await lab.RevertAsync("vm", "s1");
                await WriteAsync(lab, 0xb1);
                await lab.CreateAsync("vm", "s3");
                await lab.DeleteAsync("vm", "s1");
            },
            lab => lab.DeleteAsync("vm", "s2"),
            After: ["s3"]),
    };

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task Stopped_anywhere_the_end_is_exactly_before_or_exactly_after(string operation)
    {
        var one = Cases[operation];
        await using var lab = await PreparedAsync(one);
        var before = await lab.FactsAsync("vm");
        var outcomes = new HashSet<OperationState?>();
        for (var point = 1; ; point++)
        {
            var clock = new CrashClock(point);
            await lab.BeginAgainAsync(clock);
            if (!await StopsAsync(() => one.Act(lab)))
            {
                break;
            }

            lab.Reopen();
            var recovered = await lab.RecoverAsync("vm");
            outcomes.Add(recovered?.Outcome);
            await ExpectAsync(lab, one, recovered, clock, before);
        }

        Assert.Contains(OperationState.Undone, outcomes);
        Assert.Contains(OperationState.Succeeded, outcomes);
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task Stopped_anywhere_and_again_anywhere_in_recovery(string operation)
    {
        var one = Cases[operation];
        await using var lab = await PreparedAsync(one);
        var before = await lab.FactsAsync("vm");
        for (var point = 2; ; point += 3)
        {
            for (var again = 1; ; again += 2)
            {
                var clock = new CrashClock(point);
                await lab.BeginAgainAsync(clock);
                if (!await StopsAsync(() => one.Act(lab)))
                {
                    return;
                }

                lab.Reopen(new CrashClock(again));
                if (!await StopsAsync(() => lab.RecoverAsync("vm")))
                {
                    break;
                }

                lab.Reopen();
                await ExpectAsync(lab, one, await lab.RecoverAsync("vm"), clock, before);
            }
        }
    }

    private static async Task ExpectAsync(
        EngineLab lab, CrashCase one, RecoveredOperation? recovered, CrashClock clock, IReadOnlyList<string> before)
    {
        var where = $"stopped at {clock.Passed[^1]}, recovery: {recovered?.Outcome.ToString() ?? "nothing to do"}";
        var after = await lab.FactsAsync("vm");
        if (recovered?.Outcome == OperationState.Undone)
        {
            Assert.True(before.SequenceEqual(after), $"{where}\n{string.Join('\n', before.Except(after))}\n--\n{string.Join('\n', after.Except(before))}");
        }
        else if (recovered is not null || !before.SequenceEqual(after))
        {
            // Nothing to recover means that the operation, or the recovery that was stopped, had come to its end before.
            var names = lab.Engine.Catalogue.LoadTree(lab.Engine.Sessions.Find("vm").Uuid).All.Select(snapshot => snapshot.Name.Value).Order();
            Assert.True(one.After.SequenceEqual(names), $"{where}: {string.Join(' ', names)}");
            await ExpectSurvivorsAsync(lab, one, before, where);
        }

        Assert.True(lab.Unclaimed("vm") is [], $"{where}: unclaimed {string.Join(' ', lab.Unclaimed("vm"))}");
        Assert.True(lab.Lost("vm") is [], $"{where}: lost {string.Join(' ', lab.Lost("vm"))}");
        Assert.Null(await lab.RecoverAsync("vm"));
        Assert.Equal(after, await lab.FactsAsync("vm"));
    }

    /// <summary>Every restore point that is still there has the bytes it had; so has the present state, unless the operation was a revert.</summary>
    private static async Task ExpectSurvivorsAsync(EngineLab lab, CrashCase one, IReadOnlyList<string> before, string where)
    {
        var points = await lab.RestorePointsAsync("vm");
        foreach (var name in one.After)
        {
            var was = Contents(before, name);
            Assert.True(was.Count == 0 || was.SequenceEqual(Contents(points, name)), $"{where}: the bytes of {name} changed");
        }

        if (!one.IsRevert)
        {
            var now = (await lab.FactsAsync("vm")).Where(line => line.Contains(" contents "));
            Assert.True(before.Where(line => line.Contains(" contents ")).SequenceEqual(now), $"{where}: the present contents changed");
        }
    }

    private static List<string> Contents(IReadOnlyList<string> lines, string name) =>
        [.. lines.SkipWhile(line => !line.StartsWith($"snapshot {name} ", StringComparison.Ordinal)).Skip(1).TakeWhile(line => line.StartsWith("  ", StringComparison.Ordinal))];

    private static async Task<EngineLab> PreparedAsync(CrashCase one)
    {
        var lab = new EngineLab();
        await lab.DefineAsync(
            "vm", await lab.CreateDiskAsync("a.qcow2", 0xa0, size: "1M"), await lab.CreateDiskAsync("b.qcow2", 0xb0, size: "1M"));
        await one.Prepare(lab);
        await lab.KeepAsync();
        return lab;
    }

    private static async Task<bool> StopsAsync(Func<Task> act)
    {
        try
        {
            await act();
            return false;
        }
        catch (StoppedAtDurablePointException)
        {
            return true;
        }
    }

    private static async Task ThreeAsync(EngineLab lab)
    {
        await CreateAndWriteAsync(lab, "s1", 0xa1);
        await CreateAndWriteAsync(lab, "s2", 0xa2);
        await CreateAndWriteAsync(lab, "s3", 0xa3);
    }

    private static async Task CreateAndWriteAsync(EngineLab lab, string name, byte pattern)
    {
        await lab.CreateAsync("vm", name);
        await WriteAsync(lab, pattern);
    }

    private static async Task WriteAsync(EngineLab lab, byte pattern)
    {
        foreach (var disk in new[] { "vda", "vdb" })
        {
            var active = await lab.ActiveAsync("vm", disk);
            await lab.FillAsync(active.Path, pattern, $"{(pattern & 7) * 128}k", "128k", active.Format);
        }
    }

    private static CreateRequest Internal(CreateRequest request) => request with { Memory = MemoryLocation.Internal };

    private sealed record CrashCase(Func<EngineLab, Task> Prepare, Func<EngineLab, Task> Act, string[] After)
    {
        internal bool IsRevert { get; init; }
    }
}
