using System.CommandLine;
using Snaptree.Model;

namespace Snaptree.Cli.Verbs.Vm;

/// <summary><c>snaptree vm undefine</c>: forgets a domain; its images stay.</summary>
internal static class VmUndefineVerb
{
    public static Command Build(CommandShell shell)
    {
        var domain = Symbols.Domain(shell);
        var metadata = new Option<bool>("--snapshots-metadata") { Description = "Forget its snapshots too; their files stay." };
        var command = new VerbCommand("undefine", "Forget a domain; its images stay.", "snaptree vm undefine web1") { domain, metadata, Symbols.Quiet() };
        command.SetAction(async (parse, cancellationToken) =>
        {
            var found = Lookups.Domain(shell.Host, parse.GetRequiredValue(domain));
            using (var progress = shell.StartProgress(parse))
            {
                await shell.Host.Domains.UndefineAsync(found.Name.Value, parse.GetValue(metadata) ? DomainUndefineFlags.SnapshotsMetadata : DomainUndefineFlags.None, progress, cancellationToken);
            }

            shell.Tell(parse, $"Domain '{found.Name}' is forgotten; its images stay where they are.");
            return 0;
        });
        return command;
    }
}
