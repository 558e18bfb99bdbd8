using Snaptree.Cli.Text;

namespace Snaptree.Cli;

/// <summary>Where the command reads and writes, and what may be shown there.</summary>
internal sealed record Terminal(TextReader In, TextWriter Out, TextWriter Error)
{
    private const int UsualWidth = 80;
    private const int NarrowestWidth = 40;

    public bool InIsTerminal { get; init; }

    public bool OutIsTerminal { get; init; }

    public bool ErrorIsTerminal { get; init; }

    /// <summary>Cells per line of standard output; 80 when it is no terminal.</summary>
    public int Width { get; init; } = UsualWidth;

    /// <summary>The terminal understands cursor control (it is not <c>TERM=dumb</c>).</summary>
    public bool CanMoveCursor { get; init; }

    /// <summary>Colours are wanted: never without a terminal, never with <c>NO_COLOR</c>.</summary>
    public bool Color { get; init; }

    /// <summary>The character set has box-drawing characters.</summary>
    public bool Unicode { get; init; }

    /// <summary>Somebody is there who can be asked to say more.</summary>
    public bool HasPerson => InIsTerminal || OutIsTerminal;

    public Style Style => new(Width, Color && OutIsTerminal, Unicode);

    public static Terminal OfProcess()
    {
        var environment = new Func<string, string?>(Environment.GetEnvironmentVariable);
        var outIsTerminal = !Console.IsOutputRedirected;
        var dumb = environment("TERM") is null or "" or "dumb";
        return new(Console.In, Console.Out, Console.Error)
        {
            InIsTerminal = !Console.IsInputRedirected,
            OutIsTerminal = outIsTerminal,
            ErrorIsTerminal = !Console.IsErrorRedirected,
            Width = outIsTerminal ? WidthOfWindow() : UsualWidth,
            CanMoveCursor = !dumb,
            Color = outIsTerminal && !dumb && string.IsNullOrEmpty(environment("NO_COLOR")),
            Unicode = IsUnicode(environment),
        };
    }

    /// <summary>The locale's character set, by the order of precedence that POSIX gives.</summary>
    internal static bool IsUnicode(Func<string, string?> environment)
    {
        string?[] settings = [environment("LC_ALL"), environment("LC_CTYPE"), environment("LANG")];
        var locale = Array.Find(settings, value => !string.IsNullOrEmpty(value)) ?? "";
        return locale.Contains("utf-8", StringComparison.OrdinalIgnoreCase) || locale.Contains("utf8", StringComparison.OrdinalIgnoreCase);
    }

    private static int WidthOfWindow() => Console.WindowWidth is var width && width >= NarrowestWidth ? width : UsualWidth;
}
