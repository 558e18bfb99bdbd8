using System.Globalization;

namespace Snaptree.Cli.Text;

/// <summary>Sizes in bytes as people write and read them, in powers of 1024.</summary>
internal static class SizeText
{
    private static readonly string[] Units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

    /// <summary>At most three digits, for example <c>0 B</c>, <c>1.5 KiB</c>, <c>20 GiB</c>.</summary>
    public static string Of(long bytes)
    {
        double value = bytes;
        var unit = 0;
        // 1023.5 would be rounded to 1024; the next unit says it shorter.
        while (value >= 1023.5 && unit < Units.Length - 1)
        {
            value /= 1024;
            unit++;
        }

        var text = unit > 0 && value < 9.95
            ? value.ToString("0.0", CultureInfo.InvariantCulture)
            : Math.Round(value).ToString("0", CultureInfo.InvariantCulture);
        return $"{text} {Units[unit]}";
    }

    /// <summary>Reads <c>512M</c>, <c>1.5GiB</c>, <c>4096K</c>, <c>100 MB</c> (which also means 1024²); a unit is required.</summary>
    /// <returns>False when the text is no positive size of at most 2⁶³ − 1 bytes.</returns>
    public static bool TryParse(string text, out long bytes)
    {
        bytes = 0;
        var split = text.TakeWhile(letter => char.IsAsciiDigit(letter) || letter == '.').Count();
        var unit = text[split..].Trim().ToUpperInvariant();
        var power = "BKMGTPE".IndexOf(unit.Length > 0 ? unit[0] : ' ');
        var isUnit = power >= 0 && unit[1..] is "" or "B" or "IB" && unit is not ("BB" or "BIB");
        if (!isUnit || !decimal.TryParse(text[..split], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            || number <= 0 || number > long.MaxValue)
        {
            return false;
        }

        var exact = number * (decimal)Math.Pow(1024, power);
        if (exact < 1 || exact > long.MaxValue)
        {
            return false;
        }

        bytes = (long)exact;
        return true;
    }
}
