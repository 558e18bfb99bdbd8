using System.CommandLine;
using Snaptree.Cli.Json;
using Snaptree.Cli.Render;

namespace Snaptree.Cli;

/// <summary>What every verb is given: a terminal, a clock, and the way to the host.</summary>
internal sealed class CommandShell(Terminal terminal, TimeProvider time, Func<CommandHost> open) : IDisposable
{
    private readonly Lazy<CommandHost> host = new(open);
    private ProgressView? progress;

    public Terminal Terminal => terminal;

    public TimeProvider Time => time;

    public CommandHost Host => host.Value;

    /// <summary>Progress for one operation; nothing is shown with <c>--quiet</c> or <c>--json</c>.</summary>
    public ProgressView StartProgress(ParseResult parse) =>
        progress = new ProgressView(terminal, time, isQuiet: parse.IsSet(Symbols.QuietName) || parse.IsSet(Symbols.JsonName));

    /// <summary>The outcome, for people; nothing with <c>--quiet</c>.</summary>
    public void Tell(ParseResult parse, string line)
    {
        if (!parse.IsSet(Symbols.QuietName))
        {
            terminal.Out.WriteLine(line);
        }
    }

    public void Print(IEnumerable<string> lines)
    {
        foreach (var line in lines)
        {
            terminal.Out.WriteLine(line);
        }
    }

    public void PrintJson(Action<System.Text.Json.Utf8JsonWriter> write) => JsonText.Write(terminal.Out, write);

    /// <summary>A line on standard error, also in the midst of progress.</summary>
    public void Say(string line)
    {
        if (progress is { } view)
        {
            view.Say(line);
            return;
        }

        terminal.Error.WriteLine(line);
    }

    public void Dispose()
    {
        if (host.IsValueCreated)
        {
            host.Value.Dispose();
        }
    }
}
