namespace Snaptree.Cli.Tests;

internal static class Limits
{
    /// <summary>Every test ends within this, in milliseconds.</summary>
    public const int Test = 60_000;
}
