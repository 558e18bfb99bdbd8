using Snaptree.Bench;
using Snaptree.TestKit;

var (sizes, runs, scale) = Arguments(args);
var results = new Results();
using var limit = new CancellationTokenSource(TimeSpan.FromHours(1));
var image = await GuestImage.BuildAsync(limit.Token);
await using var peer = await PrivateLibvirt.StartAsync(image, limit.Token);
foreach (var size in sizes)
{
    for (var run = 0; run < runs; run++)
    {
        await WorkAsync(await OurSubject.StartAsync(image, MemoryOf(size)), Contestant.Ours, size);
        if (peer.WhyNot is null)
        {
            await WorkAsync(await peer.StartDomainAsync(MemoryOf(size), limit.Token), Contestant.Peer, size);
        }
    }
}

foreach (var count in (int[])[1_000, 10_000])
{
    await new CommandWork(runs, results, peer, limit.Token).RunAsync(count);
}

foreach (var count in scale)
{
    await new ScaleWork(runs, results, limit.Token).RunAsync(count);
}

string[] report = [.. Machine.Describe(runs, peer.WhyNot), "", .. results.Table()];
await File.WriteAllLinesAsync($"{GuestImage.RepositoryRoot()}/benchmarks/results.md", report, limit.Token);
Console.WriteLine(string.Join('\n', report));
return results.HasFailures ? 1 : 0;

async Task WorkAsync(ISubject subject, Contestant who, int size)
{
    await using (subject)
    {
        await new GuestWork(subject, who, size, results, limit.Token).RunAsync();
    }
}

// What is filled, the kernel's map of its own memory, and the kernel.
static int MemoryOf(int filled) => filled + (filled / 16) + 160;

static (int[] Sizes, int Runs, int[] Scale) Arguments(string[] args)
{
    int[] sizes = [256, 1024];
    int[] scale = [1_000, 100_000];
    var runs = 3;
    for (var at = 0; at < args.Length; at += 2)
    {
        var value = at + 1 < args.Length ? args[at + 1] : throw new ArgumentException($"{args[at]} needs a value");
        switch (args[at])
        {
            case "--sizes": sizes = [.. value.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)]; break;
            case "--scale": scale = [.. value.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)]; break;
            case "--runs": runs = int.Parse(value); break;
            default: throw new ArgumentException($"unknown option {args[at]}: bench [--sizes MIB[,MIB]] [--runs N] [--scale SNAPSHOTS[,SNAPSHOTS]]");
        }
    }

    return (sizes, runs, scale);
}
