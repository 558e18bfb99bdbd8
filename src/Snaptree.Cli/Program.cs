using System.CommandLine;
using Snaptree.Cli;
using Snaptree.Cli.Edge;
using Snaptree.Cli.Verbs;
using Snaptree.Cli.Verbs.Vm;
using Snaptree.Cli.Virsh;
using Snaptree.Platform;

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
var virshVerbs = new VirshVerbs(new ForegroundRunner());
if (new VirshRoute(virshVerbs, [.. root.Subcommands.Select(verb => verb.Name)]).Of(StartedName.Read(), args) is { } virshArguments)
{
    return await new VirshProgram(
        shell.Terminal, shell.Time, virshVerbs,
        (uri, isReadOnly, cancellationToken) => Composition.ConnectAsync(shell.Time, uri, isReadOnly, cancellationToken)).RunAsync(virshArguments);
}

return await new Application(shell, root).RunAsync(args);
