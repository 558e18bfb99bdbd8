using Snaptree.Cli.Text;
using Snaptree.Drivers;
using Snaptree.Engine;

namespace Snaptree.Cli.Render;

/// <summary>One line of progress: step, what it does, bar, bytes, rate and remaining time, as far as they are known and fit.</summary>
internal static class ProgressLine
{
    private const int BarCells = 16;
    private const int NarrowestText = 12;

    /// <param name="width">Cells that may be used; null for the plain line of a pipe.</param>
    public static string Of(OperationProgress progress, RateMeter rate, Style style, int? width)
    {
        var head = $"[{progress.StepIndex + 1}/{progress.StepCount}] ";
        var text = SafeText.Line(progress.Step);
        if (width is not { } limit)
        {
            return head + text;
        }

        var tail = progress.Work is { TotalBytes: > 0 } work ? Tail(work, rate, style, limit - head.Length - NarrowestText) : "";
        return head + CellWidth.Cut(text, limit - head.Length - CellWidth.Of(tail), style.Ellipsis) + tail;
    }

    /// <summary>The longest form that fits.</summary>
    private static string Tail(WorkProgress work, RateMeter rate, Style style, int room)
    {
        var share = Math.Clamp((double)work.DoneBytes / work.TotalBytes, 0, 1);
        var percent = $"  {(int)(share * 100),3} %";
        var amount = $"  {SizeText.Of(work.DoneBytes)} of {SizeText.Of(work.TotalBytes)}";
        var speed = rate.BytesPerSecond is { } perSecond ? $"  {SizeText.Of((long)perSecond)}/s" : "";
        var remaining = rate.TimeFor(work.TotalBytes - work.DoneBytes) is { } left ? $"  {DurationText.Of(left)} left" : "";
        var bar = "  " + Bar(share, style);
        string[] forms = [bar + percent + amount + speed + remaining, percent + amount + speed + remaining, percent + speed + remaining, percent + remaining, percent];
        return forms.FirstOrDefault(form => CellWidth.Of(form) <= room, "");
    }

    private static string Bar(double share, Style style)
    {
        var full = (int)(share * BarCells);
        return style.Unicode
            ? new string('█', full) + new string('░', BarCells - full)
            : $"[{new string('#', full)}{new string('.', BarCells - full)}]";
    }
}
