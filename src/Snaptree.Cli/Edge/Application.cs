using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Snaptree.Cli.Text;
using Snaptree.Model;
using Snaptree.Platform;

namespace Snaptree.Cli.Edge;

/// <summary>The edge of the command: arguments in, exit code out; the only place where errors end.</summary>
internal sealed class Application(CommandShell shell, RootCommand root)
{
    private const int WidestHelp = 100;

    private readonly Terminal terminal = shell.Terminal;

    public async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        DressRoot();
        var parse = root.Parse(arguments.Count == 0 ? ["--help"] : arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        var asJson = arguments.Contains("--json");
        if (parse.Errors.Count > 0 && parse.Action is ParseErrorAction)
        {
            UsageReport.Write(terminal, parse, asJson);
            return ExitCodes.Usage;
        }

        using var interrupts = new Interrupts(shell.Say, Environment.Exit);
        try
        {
            var code = await parse.InvokeAsync(Configuration(), interrupts.Token);
            TellLateCancel(interrupts, code);
            return code;
        }
        catch (Exception error)
        {
            return Tell(error, interrupts, asJson);
        }
    }

    private void DressRoot()
    {
        // Without the aliases that look like paths here: /h and /?.
        root.Options.Remove(root.Options.First(option => option is HelpOption));
        root.Options.First(option => option is VersionOption).Action = new VersionLine();
        root.Add(new HelpOption("--help", "-h") { Description = "Show this help.", Action = new HelpWithExamples(new HelpAction { MaxWidth = Math.Min(WidestHelp, terminal.OutIsTerminal ? terminal.Width : WidestHelp) }) });
    }

    /// <summary>Signals and errors are ours: the library's own handlers are off.</summary>
    private InvocationConfiguration Configuration() => new()
    {
        Output = terminal.Out,
        Error = terminal.Error,
        EnableDefaultExceptionHandler = false,
        ProcessTerminationTimeout = null,
    };

    private void TellLateCancel(Interrupts interrupts, int code)
    {
        if (interrupts.WasAsked && code == ExitCodes.Ok)
        {
            terminal.Error.WriteLine("It could not be undone any more when you cancelled; it is finished.");
        }
    }

    private int Tell(Exception error, Interrupts interrupts, bool asJson)
    {
        switch (error)
        {
            case SnapshotException known:
                ErrorReport.Write(terminal, known, asJson);
                return ExitCodes.Of(known);
            case CancelledWithRemainsException cancelled:
                terminal.Error.WriteLine(SafeText.Line(cancelled.Message));
                return ExitCodes.Cancelled;
            case OperationCanceledException when interrupts.WasAsked:
                terminal.Error.WriteLine("Cancelled; everything is as before.");
                return ExitCodes.Cancelled;
            case HomeUnknownException or IOException or UnauthorizedAccessException:
                ErrorReport.Write(terminal, OfSystem(error), asJson);
                return ExitCodes.Failure;
            default:
                // An error without a name is a defect of ours: it is shown whole, so that it can be reported.
                terminal.Error.WriteLine($"error: this is a defect of snaptree; please report it with the text below.\n{SafeText.Block(error.ToString())}");
                return ExitCodes.Failure;
        }
    }

    private static SnapshotException OfSystem(Exception error) =>
        new(ErrorCode.System, error.Message, "Remove the cause and try again.", error);
}
