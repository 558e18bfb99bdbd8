using Snaptree.Engine;

namespace Snaptree.Cli.Virsh;

/// <summary>virsh shows none unless it is asked to.</summary>
internal sealed class NoProgress : IProgress<OperationProgress>
{
    public static readonly NoProgress Instance = new();

    public void Report(OperationProgress value)
    {
    }
}
