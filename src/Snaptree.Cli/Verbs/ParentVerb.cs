using System.CommandLine;
using Snaptree.Model;

namespace Snaptree.Cli.Verbs;

/// <summary><c>snaptree parent</c>: the snapshot that another one descends from.</summary>
internal static class ParentVerb
{
    public static Command Build(CommandShell shell)
    {
        var domain = Symbols.Domain(shell);
        var snapshot = Symbols.Snapshot(shell, domain);
        var command = new VerbCommand("parent", "Print the name of a snapshot's parent.", "snaptree parent web1 before-upgrade") { domain, snapshot };
        command.SetAction(parse =>
        {
            var found = Lookups.Domain(shell.Host, parse.GetRequiredValue(domain));
            var target = Lookups.Snapshot(shell.Host, found, parse.GetRequiredValue(snapshot));
            var parent = shell.Host.Catalogue.LoadTree(found.Uuid).ParentOf(target) ?? throw new SnapshotException(
                ErrorCode.NoSnapshot, $"snapshot '{target.Name}' has no parent", "It is the root of its tree.")
            { Domain = found.Name.Value };
            shell.Print([parent.Name.Value]);
            return 0;
        });
        return command;
    }
}
