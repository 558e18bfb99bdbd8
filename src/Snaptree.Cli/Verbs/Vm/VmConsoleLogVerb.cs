using System.CommandLine;
using Snaptree.Cli.Text;
using Snaptree.Cli.Vm;
using Snaptree.Formats;
using Snaptree.Model;

namespace Snaptree.Cli.Verbs.Vm;

/// <summary><c>snaptree vm console-log</c>: what the guest printed on its first serial port.</summary>
internal static class VmConsoleLogVerb
{
    private const int UsualLines = 100;

    public static Command Build(CommandShell shell)
    {
        var domain = Symbols.Domain(shell);
        var lines = new Option<int>("--lines", "-n") { HelpName = "N", Description = "How many lines from the end.", DefaultValueFactory = _ => UsualLines };
        lines.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 0)
            {
                result.AddError("--lines takes a number that is not negative.");
            }
        });
        var command = new VerbCommand("console-log", "Print the end of what the guest wrote to its first serial port.", "snaptree vm console-log web1 --lines 20")
        {
            domain, lines,
        };
        command.SetAction(async (parse, cancellationToken) =>
        {
            var found = Lookups.Domain(shell.Host, parse.GetRequiredValue(domain));
            var path = DomainXml.Parse(found.Xml).Serials.Select(serial => serial.LogFile).FirstOrDefault(file => file is not null);
            var text = path is not null && File.Exists(path)
                ? await LogTail.ReadAsync(path, parse.GetValue(lines), cancellationToken)
                : throw NoLog(found.Name, path);
            // A guest is a stranger: what it prints may move no cursor of ours. A pipe gets what there is.
            await shell.Terminal.Out.WriteAsync(shell.Terminal.OutIsTerminal ? SafeText.Block(text) : text);
            return 0;
        });
        return command;
    }

    private static SnapshotException NoLog(DomainName domain, string? path) =>
        new(ErrorCode.OperationInvalid,
            path is null ? $"domain '{domain}' has no serial port with a log" : $"there is no log at {path} yet",
            path is null ? "Add <log file='…'/> to a serial port in its definition." : $"It is made when the domain starts: 'snaptree vm start {domain}'.")
        { Domain = domain.Value };
}
