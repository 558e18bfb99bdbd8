using System.Collections.Immutable;
using System.Globalization;

namespace Snaptree.Cli.Virsh;

/// <summary>What is shown instead of running commands.</summary>
internal enum VirshIntro
{
    None,
    Help,
    ShortVersion,
    LongVersion,
}

/// <summary>What stands before the commands.</summary>
/// <param name="Words">The commands: one text, or the words of one command; none for the interactive terminal.</param>
internal sealed record GlobalOptions(ImmutableArray<string> Words)
{
    public string? Uri { get; init; }

    public bool IsReadOnly { get; init; }

    public bool IsQuiet { get; init; }

    public bool HasTiming { get; init; }

    public VirshIntro Intro { get; init; }

    /// <summary>One option as it may be written.</summary>
    private sealed record Known(char Letter, string Name, bool TakesValue, Func<GlobalOptions, string, GlobalOptions> Apply);

    private static readonly Known[] All =
    [
        new('c', "connect", true, (options, value) => options with { Uri = value }),
        new('h', "help", false, (options, _) => options with { Intro = VirshIntro.Help }),
        new('k', "keepalive-interval", true, (options, value) => Number('k', value, options)),
        new('K', "keepalive-count", true, (options, value) => Number('K', value, options)),
        new('q', "quiet", false, (options, _) => options with { IsQuiet = true }),
        new('r', "readonly", false, (options, _) => options with { IsReadOnly = true }),
        new('t', "timing", false, (options, _) => options with { HasTiming = true }),
        new('v', "version", false, (options, value) => options with { Intro = value == "long" ? VirshIntro.LongVersion : VirshIntro.ShortVersion }),
        new('V', "", false, (options, _) => options with { Intro = VirshIntro.LongVersion }),
    ];

    /// <summary>True for a word that only virsh's options begin with.</summary>
    public static bool IsOption(string word)
    {
        var name = word.Split('=')[0];
        return All.Any(known => known.Name is not ("help" or "version") && (name == $"--{known.Name}" || word is ['-', var letter, ..] && letter == known.Letter));
    }

    /// <exception cref="VirshSyntaxException">An option that is none, or without its value.</exception>
    public static GlobalOptions Parse(IReadOnlyList<string> arguments)
    {
        var options = new GlobalOptions([]);
        var rest = new Queue<string>(arguments);
        while (rest.TryPeek(out var word) && word.Length > 1 && word[0] == '-' && options.Intro == VirshIntro.None)
        {
            rest.Dequeue();
            if (word == "--")
            {
                break;
            }

            options = word[1] == '-' ? ReadLong(options, word, rest) : ReadLetters(options, word, rest);
        }

        return options with { Words = [.. rest] };
    }

    /// <summary>A long name may be shortened as long as it is clear which is meant.</summary>
    private static GlobalOptions ReadLong(GlobalOptions options, string word, Queue<string> rest)
    {
        var parts = word[2..].Split('=', 2);
        List<Known> meant = [.. All.Where(known => known.Name == parts[0])];
        meant = meant.Count > 0 ? meant : [.. All.Where(known => known.Name.StartsWith(parts[0], StringComparison.Ordinal) && known.Name.Length > 0)];
        if (meant is not [var found] || (parts.Length > 1 && !found.TakesValue && found.Name != "version"))
        {
            throw new VirshSyntaxException($"unsupported option '{word}'. See --help.");
        }

        return found.Apply(options, parts.Length > 1 ? parts[1] : found.TakesValue ? ValueOf(found, rest) : "");
    }

    private static GlobalOptions ReadLetters(GlobalOptions options, string word, Queue<string> rest)
    {
        for (var at = 1; at < word.Length && options.Intro == VirshIntro.None; at++)
        {
            var found = Array.Find(All, known => known.Letter == word[at]) ?? throw new VirshSyntaxException($"unsupported option '-{word[at]}'. See --help.");
            if (found.TakesValue)
            {
                return found.Apply(options, at + 1 < word.Length ? word[(at + 1)..] : ValueOf(found, rest));
            }

            options = found.Apply(options, "");
        }

        return options;
    }

    private static string ValueOf(Known option, Queue<string> rest) =>
        rest.TryDequeue(out var value) ? value : throw new VirshSyntaxException($"option '-{option.Letter}'/'--{option.Name}' requires an argument");

    /// <summary>Accepted and not used: nothing here needs to be kept alive.</summary>
    private static GlobalOptions Number(char letter, string value, GlobalOptions options) =>
        !int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? throw new VirshSyntaxException($"Invalid value for option -{letter}")
        : number < 0 ? throw new VirshSyntaxException($"option -{letter} requires a positive integer argument")
        : options;
}
