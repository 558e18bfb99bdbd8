using System.Text;

namespace Snaptree.Cli.Virsh;

/// <summary>Help in virsh's layout; the sentences are ours.</summary>
internal static class HelpPages
{
    private const string Usage =
        """

        virsh [options]... [<command_string>]
        virsh [options]... <command> [args...]

          options:
            -c | --connect=URI      hypervisor connection URI
            -h | --help             this help
            -k | --keepalive-interval=NUM
                                    accepted; there is nothing to keep alive
            -K | --keepalive-count=NUM
                                    accepted; there is nothing to keep alive
            -q | --quiet            quiet mode
            -r | --readonly         connect readonly
            -t | --timing           print timing information
            -v                      short version
            -V                      long version
                 --version[=TYPE]   version, TYPE is short or long (default short)
          commands (non interactive mode):


        """;

    private static readonly (VirshGroup Group, string Name, string Keyword)[] Groups =
    [
        (VirshGroup.Domain, "Domain Management", "domain"),
        (VirshGroup.Monitor, "Domain Monitoring", "monitor"),
        (VirshGroup.Host, "Host and Hypervisor", "host"),
        (VirshGroup.Snapshot, "Snapshot", "snapshot"),
        (VirshGroup.Virsh, "Virsh itself", "virsh"),
    ];

    /// <summary>What <c>--help</c> shows.</summary>
    public static string OfProgram(VirshVerbs verbs) =>
        Usage + string.Concat(Enum.GetValues<VirshGroup>().Select(group => OfGroup(verbs, group, isList: false) + "\n"))
        + "\n  (specify help <group> for details about the commands in the group)\n\n  (specify help <command> for details about the command)\n\n";

    public static VirshGroup? GroupOf(string keywordOrName) =>
        Groups.Where(group => group.Keyword == keywordOrName || group.Name == keywordOrName).Select(group => (VirshGroup?)group.Group).FirstOrDefault();

    /// <param name="isList">As <c>help</c> lists it, with a colon.</param>
    public static string OfGroup(VirshVerbs verbs, VirshGroup group, bool isList)
    {
        var (_, name, keyword) = Groups.First(one => one.Group == group);
        var head = $" {name} (help keyword '{keyword}'){(isList ? ":" : "")}\n";
        return head + string.Concat(verbs.Of(group).Select(verb => $"    {verb.Name,-30} {verb.Summary}\n"));
    }

    public static string OfVerb(VirshVerb verb)
    {
        var page = new StringBuilder();
        page.Append($"  NAME\n    {verb.Name} - {verb.Summary}\n\n");
        page.Append($"  SYNOPSIS\n    {verb.Name}{string.Concat(verb.Options.Select(option => " " + Synopsis(option)))}\n");
        page.Append(verb.Description.Length > 0 ? $"\n  DESCRIPTION\n    {verb.Description}\n" : "");
        page.Append(verb.Options.Length > 0 ? $"\n  OPTIONS\n{string.Concat(verb.Options.Select(option => $"    {Label(option),-15}  {option.Help}\n"))}" : "");
        return page.Append('\n').ToString();
    }

    private static string Synopsis(VirshOption option) => option switch
    {
        { Kind: VirshOptionKind.Flag } => $"[--{option.Name}]",
        { Kind: VirshOptionKind.Rest } => $"[[--{option.Name}] <string>]...",
        { IsRequired: true } => $"<{option.Name}>",
        _ => $"[--{option.Name} <string>]",
    };

    private static string Label(VirshOption option) => option switch
    {
        { Kind: VirshOptionKind.Flag } => $"--{option.Name}",
        { Kind: VirshOptionKind.Rest } or { IsRequired: true } => $"[--{option.Name}] <string>",
        _ => $"--{option.Name} <string>",
    };
}
