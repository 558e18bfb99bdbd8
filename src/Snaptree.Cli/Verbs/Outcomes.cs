using System.CommandLine;
using Snaptree.Engine;
using Snaptree.Model;

namespace Snaptree.Cli.Verbs;

/// <summary>How verbs that show nothing say that they have done their work.</summary>
internal static class Outcomes
{
    public static void Tell(CommandShell shell, ParseResult parse, DomainRecord domain, Snapshot snapshot, string result, string sentence)
    {
        if (!parse.IsSet(Symbols.JsonName))
        {
            shell.Tell(parse, sentence);
            return;
        }

        shell.PrintJson(json =>
        {
            json.WriteStartObject();
            json.WriteString("domain", domain.Name.Value);
            json.WriteString("snapshot", snapshot.Name.Value);
            json.WriteString("result", result);
            json.WriteEndObject();
        });
    }
}
