using System.Security.Cryptography;

namespace Snaptree.TestKit.Guest;

/// <summary>What the guest's checksums must be, computed on the host without asking the guest. MD5, in lower-case hex.</summary>
public sealed class GuestPatterns(ReadOnlyMemory<byte> block)
{
    private const int SeedStep = 40503;
    private const long MiB = 1 << 20;

    public static async Task<GuestPatterns> ReadAsync(GuestImage image, CancellationToken cancellationToken) =>
        new(await File.ReadAllBytesAsync(image.PatternBlockPath, cancellationToken));

    /// <summary>
    /// The sum of <c>fill MIB SEED</c>: the block over and over, beginning SEED * 40503 bytes into it. The guest's init
    /// script computes the same.
    /// </summary>
    public string FillSum(int mib, int seed)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        var start = (int)((long)seed * SeedStep % block.Length);
        for (var rest = mib * MiB; rest > 0; start = 0)
        {
            var part = block.Span[start..];
            part = part[..(int)Math.Min(part.Length, rest)];
            hash.AppendData(part);
            rest -= part.Length;
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>The sum of <paramref name="length"/> bytes of one value.</summary>
    public static string RepeatedSum(long length, byte value)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        var chunk = new byte[Math.Min(length, MiB)];
        chunk.AsSpan().Fill(value);
        for (var rest = length; rest > 0; rest -= Math.Min(rest, chunk.Length))
            hash.AppendData(chunk.AsSpan(0, (int)Math.Min(rest, chunk.Length)));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>The sum of a range of a raw file, as the guest's <c>sum</c> gives it for the disk made of it.</summary>
    public static async Task<string> FileSumAsync(string path, long offset, long length, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        file.Position = offset;
        var chunk = new byte[Math.Min(length, MiB)];
        for (var rest = length; rest > 0;)
        {
            var part = chunk.AsMemory(0, (int)Math.Min(rest, chunk.Length));
            await file.ReadExactlyAsync(part, cancellationToken);
            hash.AppendData(part.Span);
            rest -= part.Length;
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
