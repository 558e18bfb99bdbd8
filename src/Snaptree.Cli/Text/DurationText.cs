using System.Globalization;

namespace Snaptree.Cli.Text;

/// <summary>Lengths of time as people write and read them.</summary>
internal static class DurationText
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(7);

    /// <summary>For example <c>45 s</c>, <c>2:05</c>, <c>1:02:03</c>.</summary>
    public static string Of(TimeSpan duration) => duration switch
    {
        { TotalMinutes: < 1 } => $"{(int)Math.Ceiling(Math.Max(0, duration.TotalSeconds))} s",
        { TotalHours: < 1 } => duration.ToString(@"m\:ss", CultureInfo.InvariantCulture),
        _ => $"{(long)duration.TotalHours}{duration.ToString(@"\:mm\:ss", CultureInfo.InvariantCulture)}",
    };

    /// <summary>Reads <c>60s</c>, <c>500ms</c>, <c>2m</c>, <c>1h</c>; a plain number means seconds.</summary>
    /// <returns>False when the text is no length of time between 0 and seven days.</returns>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        var split = text.TakeWhile(letter => char.IsAsciiDigit(letter) || letter == '.').Count();
        double? unit = text[split..].Trim() switch
        {
            "ms" => 0.001,
            "" or "s" => 1,
            "m" or "min" => 60,
            "h" => 3600,
            _ => null,
        };
        if (unit is null || !double.TryParse(text[..split], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            || number * unit.Value > Longest.TotalSeconds)
        {
            return false;
        }

        duration = TimeSpan.FromSeconds(number * unit.Value);
        return true;
    }
}
