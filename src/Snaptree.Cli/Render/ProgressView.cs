using Snaptree.Engine;

namespace Snaptree.Cli.Render;

/// <summary>
/// Shows where an operation is, on standard error: one line that changes on a terminal, a line per step elsewhere. Reports between may be
/// dropped, the last one of all never. Reports may come from any thread.
/// </summary>
internal sealed class ProgressView(Terminal terminal, TimeProvider time, bool isQuiet) : IProgress<OperationProgress>, IDisposable
{
    private const string EraseLine = "\r\e[K";
    private static readonly TimeSpan BetweenDrawings = TimeSpan.FromMilliseconds(100);

    private readonly Lock gate = new();
    private readonly RateMeter rate = new(time);
    private readonly bool isLive = terminal.ErrorIsTerminal && terminal.CanMoveCursor;
    private OperationProgress? latest;
    private string? step;
    private long drawnAt;
    private bool isDrawn = true;
    private bool isLineOpen;

    public void Report(OperationProgress value)
    {
        if (isQuiet)
        {
            return;
        }

        lock (gate)
        {
            var isNewStep = step != Key(value);
            (latest, step, isDrawn) = (value, Key(value), false);
            if (value.Work is { } work)
            {
                rate.Add(work.DoneBytes);
            }

            if (isNewStep || (isLive && time.GetElapsedTime(drawnAt) >= BetweenDrawings))
            {
                Draw();
            }
        }
    }

    /// <summary>Says something in the midst of progress without tearing the line.</summary>
    public void Say(string line)
    {
        lock (gate)
        {
            Erase();
            terminal.Error.WriteLine(line);
            isDrawn = false;
        }
    }

    /// <summary>Shows the last report if it was dropped, then clears the line for whatever is printed next.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            if (isLive && !isDrawn && latest is not null)
            {
                Draw();
            }

            Erase();
            latest = null;
        }
    }

    private static string Key(OperationProgress value) => $"{value.StepIndex}/{value.StepCount} {value.Step}";

    private void Draw()
    {
        var text = ProgressLine.Of(latest!, rate, terminal.Style, isLive ? terminal.Width - 1 : null);
        terminal.Error.Write(isLive ? EraseLine + text : text + Environment.NewLine);
        terminal.Error.Flush();
        (drawnAt, isDrawn, isLineOpen) = (time.GetTimestamp(), true, isLive);
    }

    private void Erase()
    {
        if (isLineOpen)
        {
            terminal.Error.Write(EraseLine);
            terminal.Error.Flush();
            isLineOpen = false;
        }
    }
}
