using System.Collections.Immutable;
using Snaptree.Model;

namespace Snaptree.Drivers.Test.Tests;

/// <summary>
/// Whatever is done in whatever order: each snapshot keeps what it held when it was taken, the guest keeps what it has, and what is
/// refused changes nothing.
/// </summary>
public sealed class RandomTreesTests
{
    private const int Acts = 40;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 24), 55];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Every_snapshot_keeps_its_state_through_all_that_is_done_around_it(int seed)
    {
        await using var lab = new TestLab();
        await lab.DefineAsync(seed % 3 == 0 ? ImageFormat.Raw : ImageFormat.Qcow2);
        var story = new Story(lab, new Random(seed));
        for (var act = 0; act < Acts; act++)
        {
            await story.GoOnAsync();
        }

        await story.TakeDownAsync();
        Assert.True(lab.Host.Files.Count == 2, string.Join('\n', story.Told.Concat(lab.Host.Files)));
    }

    private sealed class Story(TestLab lab, Random random)
    {
        private readonly Dictionary<string, ImmutableArray<string>> kept = [];
        private readonly List<string> told = [];
        private int number;

        internal IEnumerable<string> Told => told;

        private bool IsOn => lab.Domain.Instance is not null;

        internal Task GoOnAsync() => random.Next(10) switch
        {
            0 => IsOn ? ActAsync("destroy", lab.DestroyAsync) : ActAsync("start", () => lab.StartAsync()),
            1 or 2 or 3 => CreateAsync(),
            4 or 5 => RevertAsync(),
            6 or 7 => DeleteAsync(),
            _ => WriteAsync(),
        };

        /// <summary>In the end all snapshots are deleted; what one delete refuses another one has made possible.</summary>
        internal async Task TakeDownAsync()
        {
            if (IsOn)
            {
                await ActAsync("destroy", lab.DestroyAsync);
            }

            while (kept.Count > 0)
            {
                var left = kept.Count;
                foreach (var name in kept.Keys.OrderBy(_ => random.Next()).ToList())
                {
                    await DeleteAsync(name);
                }

                Assert.True(kept.Count < left, string.Join('\n', told));
            }
        }

        private async Task CreateAsync()
        {
            var (name, kind) = ($"s{++number}", random.Next(4));
            var present = await lab.PresentAsync();
            var hasMemory = present[1] != "no memory" && kind != 1;
            if (await ActAsync($"create {name} of kind {kind}", () => lab.CreateAsync(name, request => kind switch
            {
                0 => request with { Memory = MemoryLocation.Internal },
                1 => request with { DiskOnly = true },
                _ => request,
            })))
            {
                kept.Add(name, [hasMemory ? present[1] : "no memory", .. present[2..]]);
                await ExpectAsync(present);
            }
        }

        private async Task RevertAsync()
        {
            if (kept.Count == 0)
            {
                return;
            }

            var name = kept.Keys.ElementAt(random.Next(kept.Count));
            if (await ActAsync($"revert {name}", () => lab.RevertAsync(name)))
            {
                await ExpectAsync([kept[name][0] == "no memory" ? "state Shutoff" : "state Running", .. kept[name]]);
            }
        }

        private Task DeleteAsync() => kept.Count == 0 ? Task.CompletedTask : DeleteAsync(kept.Keys.ElementAt(random.Next(kept.Count)));

        private async Task DeleteAsync(string name)
        {
            var present = await lab.PresentAsync();
            if (await ActAsync($"delete {name}", () => lab.DeleteAsync(name)))
            {
                kept.Remove(name);
                await ExpectAsync(present);
            }
        }

        private Task WriteAsync()
        {
            var (at, blocks) = (random.Next(TestLab.Blocks / 2), random.Next(5) == 0 ? 257 : random.Next(1, 4));
            told.Add($"write {blocks} at {at}");
            if (IsOn)
            {
                lab.Mark(at, Math.Min(blocks, TestLab.Blocks - 1 - at));
                return Task.CompletedTask;
            }

            foreach (var path in lab.Domain.ActiveImages.Values)
            {
                lab.Host.Write(path, at, (byte)random.Next(1, 256));
            }

            return Task.CompletedTask;
        }

        /// <returns>Whether it was done; a refusal must leave everything as it was.</returns>
        private async Task<bool> ActAsync(string what, Func<Task> act)
        {
            var before = await Moment.OfAsync(lab);
            var error = await Record.ExceptionAsync(act);
            told.Add(error is null ? what : $"{what}: {error.Message}");
            Assert.True(error is null or SnapshotException { IsUnfinished: false }, string.Join('\n', told) + error);
            if (error is not null)
            {
                Assert.Equal(before.Facts, await lab.FactsAsync());
            }

            await ExpectKeptAsync();
            return error is null;
        }

        private async Task ExpectAsync(ImmutableArray<string> present)
        {
            var now = await lab.PresentAsync();
            Assert.True(present.SequenceEqual(now), $"{string.Join('\n', told)}\nwanted {string.Join('\n', present)}\nhas {string.Join('\n', now)}");
            await ExpectKeptAsync();
        }

        private async Task ExpectKeptAsync()
        {
            var faults = await lab.FaultsAsync();
            Assert.True(faults.IsEmpty, string.Join('\n', told.Concat(faults)));
            foreach (var snapshot in lab.Engine.Catalogue.LoadTree(lab.Domain.Uuid).All.Where(snapshot => kept.ContainsKey(snapshot.Name.Value)))
            {
                var name = snapshot.Name.Value;
                var holds = lab.ContentsOf(snapshot).Select(line => line.Trim()[(name.Length + 1)..]).ToList();
                var difference = $"{name} held {string.Join('\n', kept[name])}\nholds {string.Join('\n', holds)}";
                Assert.True(kept[name].SequenceEqual(holds), $"{string.Join('\n', told)}\n{difference}");
            }
        }
    }
}
