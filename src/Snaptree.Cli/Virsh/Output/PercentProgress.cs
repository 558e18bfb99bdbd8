using Snaptree.Engine;

namespace Snaptree.Cli.Virsh;

/// <summary>virsh's progress: one line on standard error, written over again, as <c>Save: [ 42 %]</c>.</summary>
internal sealed class PercentProgress(VirshOutput output, string label) : IProgress<OperationProgress>
{
    private const int Whole = 100;
    private int shown = -1;

    public void Report(OperationProgress value)
    {
        if (value.Work is { TotalBytes: > 0 } work)
        {
            Show((int)Math.Min(Whole - 1, Whole * work.DoneBytes / work.TotalBytes));
        }
    }

    public void Finish() => Show(Whole);

    private void Show(int percent)
    {
        if (percent > shown)
        {
            shown = percent;
            output.Aside($"\r{label}: [{percent,3} %]");
        }
    }
}
