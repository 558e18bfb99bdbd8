namespace Snaptree.Cli.Text;

/// <summary>How long ago something was, in the one unit that matters.</summary>
internal static class AgeText
{
    private const double DaysPerMonth = 30.4375;
    private const double DaysPerYear = 365.25;

    /// <summary>For example <c>just now</c>, <c>5 min</c>, <c>3 days</c>, <c>2 years</c>; <c>in the future</c> when the clock went back.</summary>
    public static string Of(DateTimeOffset then, DateTimeOffset now)
    {
        var age = now - then;
        return age switch
        {
            { TotalSeconds: < -60 } => "in the future",
            { TotalSeconds: < 10 } => "just now",
            { TotalMinutes: < 1 } => $"{(int)age.TotalSeconds} s",
            { TotalHours: < 1 } => $"{(int)age.TotalMinutes} min",
            { TotalDays: < 1 } => Count(age.TotalHours, "hour"),
            { TotalDays: < 2 * DaysPerMonth } => Count(age.TotalDays, "day"),
            { TotalDays: < 2 * DaysPerYear } => Count(age.TotalDays / DaysPerMonth, "month"),
            _ => Count(age.TotalDays / DaysPerYear, "year"),
        };
    }

    private static string Count(double value, string unit) => (int)value == 1 ? $"1 {unit}" : $"{(int)value} {unit}s";
}
