namespace Snaptree.Cli.Virsh;

/// <summary><c>help</c>: all verbs, those of a group, or one.</summary>
internal static class HelpVerb
{
    private static readonly VirshOption Command = VirshOption.Text("command", "a verb, or the keyword of a group");

    public static VirshVerb Build(VirshVerbs verbs) => new(
        "help", VirshGroup.Virsh, "print help", [Command],
        (call, _) =>
        {
            Print(call, verbs);
            return Task.CompletedTask;
        })
    { Description = "Show all verbs, one verb, or the verbs of a group", IsLocal = true, IsTolerant = true };

    /// <summary>The command that shows help on a verb, as <c>--help</c> anywhere behind it means.</summary>
    public static VirshCommand On(VirshVerb help, VirshVerb verb) => new(help, [(Command, verb.Name)]);

    private static void Print(VirshCall call, VirshVerbs verbs)
    {
        if (call.Text(Command) is not { } name)
        {
            call.Output.Print("Grouped commands:\n\n");
            call.Output.Print(string.Concat(Enum.GetValues<VirshGroup>().Select(group => HelpPages.OfGroup(verbs, group, isList: true) + "\n")));
        }
        else if (verbs.Find(name) is { } verb)
        {
            call.Output.Print(HelpPages.OfVerb(verb));
        }
        else if (HelpPages.GroupOf(name) is { } group)
        {
            call.Output.Print(HelpPages.OfGroup(verbs, group, isList: true));
        }
        else
        {
            throw new VirshFailureException($"command or command group '{name}' doesn't exist");
        }
    }
}
