using System.Security.Cryptography;

namespace Snaptree.TestKit;

/// <summary>What the guest's checksums must be, computed on the host without asking the guest.</summary>
public static class GuestPatterns
{
    private const int SeedStep = 40503;
    private const int Mib = 1 << 20;

    /// <summary>MD5 of <paramref name="length"/> bytes of <paramref name="pattern"/>.</summary>
    public static string Of(byte pattern, long length)
    {
        var chunk = new byte[Math.Min(length, Mib)];
        Array.Fill(chunk, pattern);
        return Sum(hash => Repeat(hash, chunk, 0, length));
    }

    /// <summary>
    /// MD5 of a memory fill: the pattern block over and over, beginning seed × 40503 bytes into it. The guest's init script does the same.
    /// </summary>
    public static async Task<string> FillAsync(GuestImage guest, int mib, int seed, CancellationToken cancellationToken)
    {
        var block = await File.ReadAllBytesAsync(guest.PatternBlock, cancellationToken);
        return Sum(hash => Repeat(hash, block, (int)((long)seed * SeedStep % block.Length), (long)mib * Mib));
    }

    /// <summary>MD5 of a range of a raw image file: what the guest's <c>sum</c> says of the disk made of it.</summary>
    public static async Task<string> FileAsync(string path, long offset, long length, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        file.Position = offset;
        var chunk = new byte[Math.Min(length, Mib)];
        for (var rest = length; rest > 0; rest -= Math.Min(rest, chunk.Length))
        {
            var part = chunk.AsMemory(0, (int)Math.Min(rest, chunk.Length));
            await file.ReadExactlyAsync(part, cancellationToken);
            hash.AppendData(part.Span);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void Repeat(IncrementalHash hash, byte[] block, int start, long length)
    {
        for (var rest = length; rest > 0; start = 0)
        {
            var part = (int)Math.Min(block.Length - start, rest);
            hash.AppendData(block, start, part);
            rest -= part;
        }
    }

    private static string Sum(Action<IncrementalHash> append)
    {
        // MD5 because that is what the guest's tools have; it only has to tell equal from different.
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        append(hash);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
