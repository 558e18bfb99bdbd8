using System.Text;
using Snaptree.Engine;

namespace Snaptree.Cli.Virsh;

/// <summary>virsh's order of names: byte by byte, the letters of ASCII without regard to case. Names that are equal so keep their order.</summary>
internal sealed class NameOrder : IComparer<string>
{
    public static readonly NameOrder Instance = new();

    public static readonly IComparer<SnapshotHandle> OfSnapshots =
        Comparer<SnapshotHandle>.Create((one, other) => Instance.Compare(one.Name, other.Name));

    public int Compare(string? x, string? y) => Folded(x).AsSpan().SequenceCompareTo(Folded(y));

    private static byte[] Folded(string? name)
    {
        var bytes = Encoding.UTF8.GetBytes(name ?? "");
        for (var at = 0; at < bytes.Length; at++)
        {
            bytes[at] = bytes[at] is >= (byte)'A' and <= (byte)'Z' ? (byte)(bytes[at] | 0x20) : bytes[at];
        }

        return bytes;
    }
}
