using System.Security.Cryptography;

namespace Snaptree.TestKit;

/// <summary>What the guest's checksums must be, computed on the host.</summary>
public static class GuestPatterns
{
    private const int PatternBytes = 1 << 20;

    /// <summary>MD5 of <paramref name="length"/> bytes of <paramref name="pattern"/>.</summary>
    public static string Of(byte pattern, int length) => Sum(hash =>
    {
        var bytes = new byte[length];
        Array.Fill(bytes, pattern);
        hash.AppendData(bytes);
    });

    /// <summary>MD5 of a memory fill: MiB number i is the pattern block, rotated by seed × 40503 + i × 618571 bytes.</summary>
    public static async Task<string> FillAsync(GuestImage guest, int mib, int seed, CancellationToken cancellationToken)
    {
        var block = await File.ReadAllBytesAsync(guest.PatternBlock, cancellationToken);
        return Sum(hash =>
        {
            for (long at = 0; at < mib; at++)
            {
                var start = (int)(((seed * 40503L) + (at * 618571)) % PatternBytes);
                hash.AppendData(block.AsSpan(start));
                hash.AppendData(block.AsSpan(0, start));
            }
        });
    }

    private static string Sum(Action<IncrementalHash> append)
    {
        // MD5 because that is what the guest's tools have; it only has to tell equal from different.
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        append(hash);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
