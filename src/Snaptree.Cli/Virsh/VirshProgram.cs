using System.Collections.Immutable;
using Snaptree.Cli.Edge;

namespace Snaptree.Cli.Virsh;

/// <summary>The virsh surface from its arguments to its exit code: 0 when the last command succeeded, else 1.</summary>
internal sealed class VirshProgram(Terminal terminal, TimeProvider time, VirshVerbs verbs, ConnectAsync connect)
{
    private const int Succeeded = 0;
    private const int Failed = 1;
    private readonly CommandParser parser = new(verbs);

    public async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        try
        {
            var options = GlobalOptions.Parse(arguments);
            return options.Intro == VirshIntro.None
                ? await RunAsync(options with { Uri = options.Uri ?? Variable("VIRSH_DEFAULT_CONNECT_URI") })
                : Introduce(options.Intro);
        }
        catch (VirshSyntaxException mistake)
        {
            Output(isQuiet: false).Error(mistake.Message);
            return Failed;
        }
    }

    private async Task<int> RunAsync(GlobalOptions options)
    {
        if (options.Words is [""])
        {
            return Failed;
        }

        var commands = ReadCommands(options.Words);
        using var session = new VirshSession(terminal, time, Output(options.IsQuiet), connect)
        {
            Uri = options.Uri,
            IsReadOnly = options.IsReadOnly,
            IsInteractive = options.Words.Length == 0,
        };
        var runner = new CommandRunner(session, time, options.HasTiming);
        if (options.Uri is not null && !await runner.TryConnectAsync())
        {
            return Failed;
        }

        if (session.IsInteractive)
        {
            await new InteractiveLoop(session, parser, runner).RunAsync();
            return Succeeded;
        }

        using var interrupts = NewInterrupts();
        return (await runner.RunAsync(commands, interrupts.Token)).Succeeded ? Succeeded : Failed;
    }

    private ImmutableArray<VirshCommand> ReadCommands(ImmutableArray<string> words) =>
        words.Length == 0 ? [] : parser.Parse(words is [var text] ? new TextWords(text) : new ArgumentWords(words));

    private Interrupts NewInterrupts() => new(line => terminal.Error.WriteLine(line), Environment.Exit);

    private VirshOutput Output(bool isQuiet) => new(terminal.Out, terminal.Error, isQuiet, terminal.Unicode);

    private int Introduce(VirshIntro intro)
    {
        terminal.Out.Write(intro switch
        {
            VirshIntro.Help => HelpPages.OfProgram(verbs),
            VirshIntro.LongVersion => VirshVersion.Long,
            _ => VirshVersion.OfLibvirt + "\n",
        });
        return Succeeded;
    }

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
