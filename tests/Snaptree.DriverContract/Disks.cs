using Snaptree.Model;

namespace Snaptree.DriverContract;

/// <summary>The disks that the benches' domains have, and what cells hold.</summary>
internal static class Disks
{
    internal static DiskTarget Vda { get; } = new("vda");

    internal static DiskTarget Vdb { get; } = new("vdb");

    /// <summary>All cells hold <paramref name="value"/>, but for those named.</summary>
    internal static byte[] Of(byte value, params (int Cell, byte Value)[] others)
    {
        var cells = Enumerable.Repeat(value, DriverBench.Cells).ToArray();
        foreach (var (cell, other) in others)
        {
            cells[cell] = other;
        }

        return cells;
    }
}
