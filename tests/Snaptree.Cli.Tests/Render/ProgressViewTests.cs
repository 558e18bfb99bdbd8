using Snaptree.Cli.Render;
using Snaptree.Drivers;
using Snaptree.Engine;
using Snaptree.TestKit;

namespace Snaptree.Cli.Tests.Render;

public sealed class ProgressViewTests : IDisposable
{
    private const long MiB = 1 << 20;

    private readonly StringWriter error = new();
    private readonly FakeTimeProvider time = new();

    public void Dispose() => error.Dispose();

    [Fact]
    public void On_a_pipe_every_step_is_one_line_however_often_it_reports()
    {
        using (var view = new ProgressView(Pipe(), time, isQuiet: false))
        {
            view.Report(Step(0, null));
            view.Report(Step(1, 1));
            view.Report(Step(1, 2));
            view.Report(Step(1, 100));
        }

        Assert.Equal("[1/3] do step 1\n[2/3] do step 2\n", error.ToString());
    }

    [Fact]
    public void On_a_terminal_reports_in_quick_succession_are_dropped_but_never_the_last()
    {
        using (var view = new ProgressView(Live(), time, isQuiet: false))
        {
            for (var done = 0; done <= 100; done++)
            {
                view.Report(Step(1, done));
                time.Advance(TimeSpan.FromMilliseconds(1));
            }
        }

        Assert.Equal(["0 %", "100 %"], Percents());
        Assert.EndsWith("\r\e[K", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_bar_shows_bytes_smoothed_rate_and_remaining_time()
    {
        using var view = new ProgressView(Live(), time, isQuiet: false);
        for (var done = 0; done <= 50; done += 10)
        {
            view.Report(Step(1, done));
            time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.EndsWith(
            "[2/3] do step 2  ████████░░░░░░░░   50 %  50 MiB of 100 MiB  10 MiB/s  5 s left", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_narrow_terminal_gets_a_shorter_line_of_the_right_width()
    {
        using var view = new ProgressView(Live() with { Width = 40 }, time, isQuiet: false);
        view.Report(Step(1, 50));
        Assert.Equal("\r\e[K[2/3] do step 2   50 %", error.ToString());
    }

    [Fact]
    public void A_stalled_transfer_promises_no_end()
    {
        var rate = new RateMeter(time);
        rate.Add(10);
        Assert.Null(rate.BytesPerSecond);
        time.Advance(TimeSpan.FromSeconds(1));
        rate.Add(10);
        Assert.Null(rate.TimeFor(100));
    }

    [Fact]
    public void A_rate_follows_a_change_without_jumping()
    {
        var rate = new RateMeter(time);
        rate.Add(0);
        time.Advance(TimeSpan.FromSeconds(1));
        rate.Add(100);
        time.Advance(TimeSpan.FromSeconds(1));
        rate.Add(300);
        Assert.InRange(rate.BytesPerSecond!.Value, 110, 150);
    }

    [Fact]
    public void Quiet_means_quiet()
    {
        using (var view = new ProgressView(Live(), time, isQuiet: true))
        {
            view.Report(Step(1, 50));
        }

        Assert.Equal("", error.ToString());
    }

    [Fact]
    public void A_line_said_in_between_does_not_tear_the_bar()
    {
        using var view = new ProgressView(Live(), time, isQuiet: false);
        view.Report(Step(1, 50));
        view.Say("cancelling");
        Assert.EndsWith("50 %  50 MiB of 100 MiB\r\e[Kcancelling\n", error.ToString(), StringComparison.Ordinal);
    }

    private static OperationProgress Step(int at, int? doneMiB) =>
        new(at, 3, $"do step {at + 1}", doneMiB is { } done ? new WorkProgress(done * MiB, 100 * MiB) : null);

    private Terminal Pipe() => new(TextReader.Null, TextWriter.Null, error);

    private Terminal Live() => Pipe() with { ErrorIsTerminal = true, CanMoveCursor = true, Unicode = true, Width = 120 };

    private string[] Percents() =>
        [.. error.ToString().Split('\r').Where(line => line.Contains('%')).Select(line => line[..(line.IndexOf('%') + 1)].Split("  ")[^1].Trim())];
}
