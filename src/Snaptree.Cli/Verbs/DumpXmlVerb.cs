using System.CommandLine;
using Snaptree.Formats;

namespace Snaptree.Cli.Verbs;

/// <summary><c>snaptree dumpxml</c>: a snapshot as a domainsnapshot document.</summary>
internal static class DumpXmlVerb
{
    public static Command Build(CommandShell shell)
    {
        var domain = Symbols.Domain(shell);
        var snapshot = Symbols.Snapshot(shell, domain);
        var command = new VerbCommand("dumpxml", "Print a snapshot as libvirt's domainsnapshot XML.", "snaptree dumpxml web1 before-upgrade > s.xml") { domain, snapshot };
        command.SetAction(parse =>
        {
            var catalogue = shell.Host.Catalogue;
            var found = Lookups.Domain(shell.Host, parse.GetRequiredValue(domain));
            var target = Lookups.Snapshot(shell.Host, found, parse.GetRequiredValue(snapshot));
            var parent = catalogue.LoadTree(found.Uuid).ParentOf(target);
            shell.Print([SnapshotXml.Write(target, catalogue.EntryOf(found.Uuid, target.Uuid).Texts, parent?.Name.Value).TrimEnd('\n')]);
            return 0;
        });
        return command;
    }
}
