namespace Snaptree.Cli.Virsh;

/// <summary>Verbs about the connection and the host.</summary>
internal static class HostVerbs
{
    private static readonly VirshOption Daemon = VirshOption.Flag("daemon", "the daemon's version too; there is none");

    public static VirshVerb BuildUri() => Simple("uri", "print the hypervisor canonical URI", [], call => call.Output.Print($"{call.Connection.Uri}\n"));

    public static VirshVerb BuildHostName() =>
        Simple("hostname", "print the hypervisor hostname", [], call => call.Output.Print($"{Environment.MachineName}\n"));

    public static VirshVerb BuildVersion() => Simple("version", "show version", [Daemon], Version) with { Description = "Show the versions." };

    private static VirshVerb Simple(string name, string summary, VirshOption[] options, Action<VirshCall> act) =>
        new(name, VirshGroup.Host, summary, [.. options], (call, _) =>
        {
            act(call);
            return Task.CompletedTask;
        });

    private static void Version(VirshCall call)
    {
        call.Output.Print($"Compiled against library: libvirt {VirshVersion.OfLibvirt}\n");
        call.Output.Print($"Using library: libvirt {VirshVersion.OfLibvirt}\n");
        call.Output.Print($"Using API: Snaptree {VirshVersion.OfSnaptree}\n");
        call.Output.Print($"Cannot extract running {call.Connection.Hypervisor} hypervisor version\n");
    }
}
