using System.Collections.Immutable;
using Snaptree.Engine;
using Snaptree.Model;

namespace Snaptree.Drivers.Test.Tests;

/// <summary>Everything as it was before an operation, to judge by what came out of it.</summary>
internal sealed record Moment(
    ImmutableArray<string> Facts, ImmutableArray<string> Present, ImmutableArray<string> Points, ImmutableArray<ImmutableArray<ImagePath>> Chains)
{
    internal static async Task<Moment> OfAsync(TestLab lab)
    {
        Assert.Empty(await lab.FaultsAsync());
        return new Moment(await lab.FactsAsync(), await lab.PresentAsync(), lab.RestorePoints(), await lab.ChainsAsync());
    }

    /// <summary>Fails unless the operation has left no trace, or has been done.</summary>
    /// <param name="died">The guest's process was ended from outside meanwhile: its memory is gone and its disks are what counts.</param>
    /// <returns>Which of both.</returns>
    internal async Task<OperationState> ExpectAsync(TestLab lab, OperationCase one, string where, bool died = false)
    {
        var (now, faults) = (await lab.FactsAsync(), await lab.FaultsAsync());
        Assert.True(faults.IsEmpty, $"{where}: {string.Join(", ", faults)}");
        if (Lasting(Facts, died).SequenceEqual(Lasting(now, died)))
        {
            Assert.True(await AreChainsKeptAsync(lab), $"{where}: a chain changed\n{string.Join('\n', await lab.ChainsAsync())}");
            return OperationState.Undone;
        }

        var points = lab.RestorePoints();
        var names = points.Where(line => line.StartsWith("snapshot", StringComparison.Ordinal)).Select(line => line.Split(' ')[1]);
        var changes = $"{string.Join('\n', Facts.Except(now))}\n--\n{string.Join('\n', now.Except(Facts))}";
        Assert.True(one.After.SequenceEqual(names), $"{where}: neither before nor after\n{changes}");
        Assert.True(
            Contents(points).Where(line => Has(Points, line.Split(' ')[2])).All(Points.Contains), $"{where}: a restore point changed\n{changes}");
        await ExpectPresentAsync(lab, one, $"{where}: the present state is wrong\n{changes}", died);
        return OperationState.Succeeded;
    }

    /// <summary>What a guest's death does not change.</summary>
    private static IEnumerable<string> Lasting(IEnumerable<string> facts, bool died) =>
        facts.Where(line => !died || !(line.StartsWith("state ") || line.StartsWith("memory ") || line.StartsWith("process ") || line == "no memory"));

    /// <summary>
    /// A stream that had come to its end in a running guest cannot be undone there: its chain stays shorter, and shows the same.
    /// </summary>
    private async Task<bool> AreChainsKeptAsync(TestLab lab)
    {
        var now = await lab.ChainsAsync();
        return Present[0] == $"state {DomainState.Shutoff}"
            ? Chains.Zip(now).All(pair => pair.First.SequenceEqual(pair.Second))
            : Chains.Zip(now).All(pair => pair.First[0] == pair.Second[0] && pair.First.Where(pair.Second.Contains).SequenceEqual(pair.Second));
    }

    private async Task ExpectPresentAsync(TestLab lab, OperationCase one, string message, bool died)
    {
        var present = await lab.PresentAsync();
        if (one.RevertsTo is { } name)
        {
            var snapshot = lab.Engine.Catalogue.FindSnapshot(lab.Domain.Uuid, name)!;
            var wanted = lab.ContentsOf(snapshot).Select(line => line.Trim()[(name.Length + 1)..]).ToList();
            Assert.True(wanted[1..].SequenceEqual(present[2..]), message);
            Assert.True(present[1] == wanted[0] || present[1] is "no memory" || wanted[0] is "no memory", message);
        }
        else
        {
            Assert.True(Present[2..].SequenceEqual(present[2..]), message);
            Assert.True(present[1] == Present[1] || one.EndsAs is not null || died, message);
        }

        var state = one.EndsAs is { } end ? $"state {end}" : Present[0];
        Assert.True(present[0] == state || (died && present[0] == $"state {DomainState.Shutoff}"), message);
    }

    private static IEnumerable<string> Contents(ImmutableArray<string> points) => points.Where(line => line.StartsWith("  ", StringComparison.Ordinal));

    private static bool Has(ImmutableArray<string> points, string name) =>
        points.Any(line => line.StartsWith($"snapshot {name} ", StringComparison.Ordinal));
}
