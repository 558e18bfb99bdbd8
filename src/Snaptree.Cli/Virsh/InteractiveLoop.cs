using Snaptree.Cli.Edge;

namespace Snaptree.Cli.Virsh;

/// <summary>virsh without commands: a line is read and run until the input ends or somebody quits.</summary>
internal sealed class InteractiveLoop(VirshSession session, CommandParser parser, CommandRunner runner)
{
    private const string Welcome =
        "Welcome to virsh, the virtualization interactive terminal.\n\nType:  'help' for help with commands\n       'quit' to quit\n\n";

    public async Task RunAsync()
    {
        session.Output.Extra(Welcome);
        while (ReadLine() is { } line)
        {
            if (line.Length > 0 && await RunLineAsync(line))
            {
                break;
            }
        }

        session.Output.Print("\n");
    }

    /// <summary>Null at the end of the input. A line from a file is shown as it would stand on a terminal.</summary>
    private string? ReadLine()
    {
        session.Output.Print(session.IsReadOnly ? "virsh > " : "virsh # ");
        session.Terminal.Out.Flush();
        var line = session.Terminal.In.ReadLine();
        session.Output.Print(line is not null && !session.Terminal.InIsTerminal ? $"{line}\n" : "");
        return line;
    }

    /// <returns>True when the line asked for the end.</returns>
    private async Task<bool> RunLineAsync(string line)
    {
        using var interrupts = new Interrupts(text => session.Terminal.Error.WriteLine(text), Environment.Exit);
        try
        {
            return (await runner.RunAsync(parser.Parse(new TextWords(line)), interrupts.Token)).HasEnded;
        }
        catch (VirshSyntaxException mistake)
        {
            session.Output.Error(mistake.Message);
            return false;
        }
    }
}
