using System.CommandLine;
using Snaptree.Cli.Documents;

namespace Snaptree.Cli.Verbs.Vm;

/// <summary><c>snaptree vm define</c>: keeps a domain described by libvirt domain XML.</summary>
internal static class VmDefineVerb
{
    public static Command Build(CommandShell shell)
    {
        var file = new Argument<string>("FILE") { Description = "Domain XML; '-' reads standard input." };
        var command = new VerbCommand("define", "Define a domain from libvirt domain XML.", "snaptree vm define web1.xml") { file, Symbols.Quiet() };
        command.SetAction(async (parse, cancellationToken) =>
        {
            var xml = await InputFile.ReadAsync(parse.GetRequiredValue(file), shell.Terminal.In, cancellationToken);
            var record = await shell.Host.Domains.DefineAsync(xml, cancellationToken);
            shell.Tell(parse, $"Domain '{record.Name}' defined.");
            return 0;
        });
        return command;
    }
}
