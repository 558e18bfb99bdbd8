using System.CommandLine;
using Snaptree.Cli;
using Snaptree.Cli.Edge;
using Snaptree.Cli.Verbs;
using Snaptree.Cli.Verbs.Vm;

using var shell = new CommandShell(Terminal.OfProcess(), TimeProvider.System, () => Composition.Open(TimeProvider.System));
var root = new RootCommand("Snapshots of virtual machines: take them while the guest runs, go back to any of them, delete any of them.")
{
    ListVerb.Build(shell),
    CreateVerb.Build(shell),
    RevertVerb.Build(shell),
    DeleteVerb.Build(shell),
    RenameVerb.Build(shell),
    ShowVerb.Build(shell),
    CurrentVerb.Build(shell),
    ParentVerb.Build(shell),
    DumpXmlVerb.Build(shell),
    ExplainVerb.Build(shell),
    RecoverVerb.Build(shell),
    VmVerb.Build(shell),
    CompletionVerb.Build(shell),
    ThawGuardVerb.Build(TimeProvider.System),
};
return await new Application(shell, root).RunAsync(args);
