using System.Globalization;
using System.Text;

namespace Snaptree.Qmp.Wire;

/// <summary>Shows bytes of unknown worth in an error message: short, and safe for a terminal.</summary>
internal static class Excerpt
{
    private const int MaximumBytes = 256;

    public static string Of(ReadOnlySpan<byte> raw)
    {
        var text = new StringBuilder();
        foreach (var value in raw[..Math.Min(raw.Length, MaximumBytes)])
        {
            if (value is >= 0x20 and < 0x7f) text.Append((char)value);
            else text.Append(CultureInfo.InvariantCulture, $"\\x{value:x2}");
        }

        if (raw.Length > MaximumBytes) text.Append(CultureInfo.InvariantCulture, $"... ({raw.Length} bytes)");
        return text.ToString();
    }
}
