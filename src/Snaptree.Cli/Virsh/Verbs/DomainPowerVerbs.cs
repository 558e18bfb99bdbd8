using Snaptree.Engine;
using Snaptree.Model;

namespace Snaptree.Cli.Virsh;

/// <summary>Verbs that start and end domains, and the buttons of the machine.</summary>
internal static class DomainPowerVerbs
{
    private static readonly VirshOption Console = VirshOption.Flag("console", "attach to the console; refused, see 'snaptree vm console-log'");
    private static readonly VirshOption Descriptors = VirshOption.Text("pass-fds", "descriptors for the guest; refused");
    private static readonly VirshOption Paused = VirshOption.Flag("paused", "leave the guest paused");
    private static readonly VirshOption AutoDestroy = VirshOption.Flag("autodestroy", "end the domain with this connection");
    private static readonly VirshOption BypassCache = VirshOption.Flag("bypass-cache", "read past the cache of the file system");
    private static readonly VirshOption ForceBoot = VirshOption.Flag("force-boot", "boot, and give the managed save up");
    private static readonly VirshOption ResetNvram = VirshOption.Flag("reset-nvram", "begin with the template of the NVRAM");
    private static readonly VirshOption Graceful = VirshOption.Flag("graceful", "only when the hypervisor ends in good order");
    private static readonly VirshOption RemoveLogs = VirshOption.Flag("remove-logs", "remove the domain's logs");
    private static readonly VirshOption Mode = VirshOption.Text("mode", "the way to ask: acpi|agent|initctl|signal|paravirt");

    /// <summary>Ways to ask for a shutdown, in the order of libvirt's bits (<c>virDomainShutdownFlagValues</c>).</summary>
    private static readonly string[] Modes = ["acpi", "agent", "initctl", "signal", "paravirt"];

    public static VirshVerb BuildStart() => new(
        "start", VirshGroup.Domain, "start a (previously defined) inactive domain",
        [Targets.Domain, Console, Paused, AutoDestroy, BypassCache, ForceBoot, Descriptors, ResetNvram], StartAsync)
    { Description = "Start a domain, from its managed save if there is one." };

    public static VirshVerb BuildDestroy() => new("destroy", VirshGroup.Domain, "destroy (stop) a domain", [Targets.Domain, Graceful, RemoveLogs], DestroyAsync)
    { Description = "End a domain at once; it stays defined and nothing of it is deleted." };

    public static VirshVerb BuildShutdown() => new("shutdown", VirshGroup.Domain, "gracefully shutdown a domain", [Targets.Domain, Mode], ShutdownAsync)
    { Description = "Ask the guest to shut down." };

    public static VirshVerb BuildSuspend() => Simple(
        "suspend", "suspend a domain", "Pause a running domain.", "virDomainSuspend", "suspended",
        (domains, domain, token) => domains.SuspendAsync(domain, NoProgress.Instance, token));

    public static VirshVerb BuildResume() => Simple(
        "resume", "resume a domain", "Let a paused domain go on.", "virDomainResume", "resumed",
        (domains, domain, token) => domains.ResumeAsync(domain, NoProgress.Instance, token));

    public static VirshVerb BuildReset() => Simple(
        "reset", "reset a domain", "Press a domain's reset button", "virDomainReset", "was reset",
        (domains, domain, token) => domains.ResetAsync(domain, NoProgress.Instance, token));

    private static VirshVerb Simple(
        string name, string summary, string description, string function, string outcome, Func<DomainCalls, DomainHandle, CancellationToken, Task> act) =>
        new(name, VirshGroup.Domain, summary, [Targets.Domain], async (call, cancellationToken) =>
        {
            var domain = await Targets.DomainAsync(call, cancellationToken);
            await VirshCall.OrFailAsync(
                $"Failed to {name} domain '{Targets.Named(call)}'", () => act(call.Connection.Changing(function).Domains, domain, cancellationToken));
            call.Output.Extra($"Domain '{Targets.Named(call)}' {outcome}\n");
        })
        { Description = description };

    private static async Task StartAsync(VirshCall call, CancellationToken cancellationToken)
    {
        var domain = await Targets.DomainAsync(call, cancellationToken, DomainBy.Name | DomainBy.Uuid);
        if ((await call.Domains.GetInfoAsync(domain, cancellationToken)).Id is not null)
        {
            throw new VirshFailureException("Domain is already active");
        }

        if (call.Has(Console) || call.Has(Descriptors))
        {
            throw new VirshFailureException("Options --console and --pass-fds are not supported");
        }

        var flags = call.When(Paused, DomainStartFlags.Paused) | call.When(AutoDestroy, DomainStartFlags.AutoDestroy)
            | call.When(BypassCache, DomainStartFlags.BypassCache) | call.When(ForceBoot, DomainStartFlags.ForceBoot)
            | call.When(ResetNvram, DomainStartFlags.ResetNvram);
        await VirshCall.OrFailAsync(
            $"Failed to start domain '{domain.Name}'",
            () => call.Connection.Changing("virDomainCreate").Domains.CreateAsync(domain, flags, NoProgress.Instance, cancellationToken));
        call.Output.Extra($"Domain '{domain.Name}' started\n");
    }

    private static async Task DestroyAsync(VirshCall call, CancellationToken cancellationToken)
    {
        var domain = await Targets.DomainAsync(call, cancellationToken);
        var flags = call.When(Graceful, DomainDestroyFlags.Graceful) | call.When(RemoveLogs, DomainDestroyFlags.RemoveLogs);
        var function = flags == DomainDestroyFlags.None ? "virDomainDestroy" : "virDomainDestroyFlags";
        await VirshCall.OrFailAsync(
            $"Failed to destroy domain '{Targets.Named(call)}'",
            () => call.Connection.Changing(function).Domains.DestroyAsync(domain, flags, NoProgress.Instance, cancellationToken));
        call.Output.Extra($"Domain '{Targets.Named(call)}' destroyed\n");
    }

    private static async Task ShutdownAsync(VirshCall call, CancellationToken cancellationToken)
    {
        var flags = ModesOf(call);
        var domain = await Targets.DomainAsync(call, cancellationToken);
        await VirshCall.OrFailAsync($"Failed to shutdown domain '{Targets.Named(call)}'", async () =>
        {
            var domains = call.Connection.Changing("virDomainShutdown").Domains;
            if (flags > 1)
            {
                throw new SnapshotException(
                    ErrorCode.ArgumentUnsupported, "a guest is asked to shut down by its power button only", "Leave --mode out, or say --mode acpi.");
            }

            await domains.ShutdownAsync(domain, NoProgress.Instance, cancellationToken);
        });
        call.Output.Extra($"Domain '{Targets.Named(call)}' is being shutdown\n");
    }

    /// <summary>libvirt's bits of the modes that were asked for.</summary>
    private static int ModesOf(VirshCall call)
    {
        var bits = 0;
        foreach (var mode in call.Text(Mode)?.Split(',') ?? [])
        {
            var place = Array.IndexOf(Modes, mode);
            bits |= place >= 0
                ? 1 << place
                : throw new VirshFailureException($"Unknown mode {mode} value, expecting 'acpi', 'agent', 'initctl', 'signal', or 'paravirt'");
        }

        return bits;
    }
}
