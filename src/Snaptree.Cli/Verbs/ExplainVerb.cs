using System.CommandLine;

namespace Snaptree.Cli.Verbs;

/// <summary><c>snaptree explain VERB …</c>: the same as the verb with <c>--explain</c>.</summary>
internal static class ExplainVerb
{
    public static Command Build(CommandShell shell) =>
        new VerbCommand("explain", "Show what create, revert or delete would do; change nothing.", "snaptree explain delete web1 before-upgrade")
        {
            CreateVerb.Build(shell, explainOnly: true),
            RevertVerb.Build(shell, explainOnly: true),
            DeleteVerb.Build(shell, explainOnly: true),
        };
}
