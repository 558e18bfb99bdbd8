using System.Diagnostics;
using Snaptree.TestKit;

namespace Snaptree.Bench;

/// <summary>The same work for every contestant: each kind of snapshot taken, gone back to, and merged away.</summary>
internal sealed class GuestWork(ISubject subject, Contestant who, int fillMib, Results results, CancellationToken token)
{
    private readonly TickLog ticks = new(subject.ConsoleLog);

    public async Task RunAsync()
    {
        await PrepareAsync();
        await CreateAsync("in", Shape.Internal);
        await RevertAsync("in", Shape.Internal);
        await DeleteAsync("in", "internal");
        await CreateAsync("disk", Shape.DiskOnly);
        await WriteAsync();
        await DeleteAsync("disk", "disk-only, 64 MiB written");
        await CreateAsync("ex", Shape.External);
        await RevertAsync("ex", Shape.External);
    }

    private async Task PrepareAsync()
    {
        await using var channel = await GuestChannel.ConnectAsync(subject.GuestSocket, token);
        await channel.FillAsync(fillMib, 1, token);
        var watch = PauseWatch.Start(subject.ConsoleLog);
        for (var seen = 0; seen < 50; seen++)
        {
            await ticks.NextAsync(ticks.Length, token);
        }

        results.Add(Row("longest gap between ticks, nothing going on"), who, watch.Stop());
    }

    private async Task WriteAsync()
    {
        await using var channel = await GuestChannel.ConnectAsync(subject.GuestSocket, token);
        await channel.WriteAsync("vda", 0, 64 << 20, 0x5a, token);
    }

    private Task CreateAsync(string name, Shape shape) =>
        MeasureAsync($"create {shape}", () => subject.CreateAsync(name, shape, token));

    private Task DeleteAsync(string name, string kind) =>
        MeasureAsync($"delete {kind}", () => subject.DeleteAsync(name, token));

    private async Task MeasureAsync(string what, Func<Task> act)
    {
        await ticks.NextAsync(ticks.Length, token);
        var watch = PauseWatch.Start(subject.ConsoleLog);
        var start = Stopwatch.GetTimestamp();
        try
        {
            await act();
            results.Add(Row(what), who, Stopwatch.GetElapsedTime(start));
            results.Add(Row($"{what}, guest pause"), who, watch.Stop());
        }
        catch (NotMeasuredException error)
        {
            watch.Stop();
            results.Miss(Row(what), who, error.Message);
        }
    }

    private async Task RevertAsync(string name, Shape shape)
    {
        var row = Row($"revert {shape}, until the first tick");
        var from = ticks.Length;
        await ticks.NextAsync(from, token);
        var start = Stopwatch.GetTimestamp();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(token);
        var first = ticks.FirstAfterReturnAsync(from, stop.Token);
        try
        {
            await subject.RevertAsync(name, token);
            await first;
            results.Add(row, who, Stopwatch.GetElapsedTime(start));
        }
        catch (NotMeasuredException error)
        {
            await stop.CancelAsync();
            await first.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            results.Miss(row, who, error.Message);
        }
    }

    private string Row(string what) => $"{fillMib} MiB: {what}";
}
