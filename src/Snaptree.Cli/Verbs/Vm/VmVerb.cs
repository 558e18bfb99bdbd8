using System.CommandLine;

namespace Snaptree.Cli.Verbs.Vm;

/// <summary><c>snaptree vm VERB …</c>: domains themselves.</summary>
internal static class VmVerb
{
    public static Command Build(CommandShell shell) =>
        new VerbCommand("vm", "Create, start, stop and show domains.", "snaptree vm create web1 --disk web1.qcow2 --memory 2G", "snaptree vm list")
        {
            VmCreateVerb.Build(shell),
            VmDefineVerb.Build(shell),
            VmListVerb.Build(shell),
            VmShowVerb.Build(shell),
            VmLifecycleVerbs.Start(shell),
            VmStopVerb.Build(shell),
            VmLifecycleVerbs.Destroy(shell),
            VmLifecycleVerbs.Suspend(shell),
            VmLifecycleVerbs.Resume(shell),
            VmUndefineVerb.Build(shell),
            VmConsoleLogVerb.Build(shell),
        };
}
