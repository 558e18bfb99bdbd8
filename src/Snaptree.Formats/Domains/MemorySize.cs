using System.Globalization;
using System.Xml.Linq;
using Snaptree.Model;

namespace Snaptree.Formats;

/// <summary>Memory sizes as libvirt scales them: KiB when no unit is given, letter case free, rounded up to whole KiB.</summary>
internal static class MemorySize
{
    private const long KiB = 1024;

    /// <exception cref="SnapshotException"><see cref="ErrorCode.Xml"/>: no number, unknown unit, zero, or beyond 2^63 bytes.</exception>
    internal static long Bytes(XElement element)
    {
        var text = element.Value.Trim();
        var unit = Values.Attribute(element, "unit") ?? "KiB";
        if (!ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number == 0)
        {
            throw Wrong(element, $"'{text}' is no size above 0");
        }

        var scale = Scale(unit) ?? throw Wrong(element, $"'{unit}' is no unit of memory");
        var bytes = (UInt128)number * scale;
        var rounded = (bytes + (KiB - 1)) / KiB * KiB;
        return rounded <= long.MaxValue ? (long)rounded : throw Wrong(element, $"{text} {unit} is more than any machine has");
    }

    /// <summary>Bytes of one unit; null when it is none.</summary>
    internal static ulong? Scale(string unit)
    {
        var lower = unit.ToLowerInvariant();
        if (lower is "b" or "byte" or "bytes")
        {
            return 1;
        }

        var power = lower.Length == 0 ? -1 : "kmgtpe".IndexOf(lower[0]);
        return power < 0 ? null : lower[1..] switch
        {
            "" or "ib" => Power(1024, power + 1),
            "b" => Power(1000, power + 1),
            _ => null,
        };
    }

    private static ulong Power(ulong number, int exponent) => exponent == 0 ? 1 : number * Power(number, exponent - 1);

    private static SnapshotException Wrong(XElement element, string what) =>
        XmlErrors.Wrong($"<{element.Name.LocalName}>: {what}", "Write for example <memory unit='MiB'>512</memory>.");
}
