using System.Globalization;
using Snaptree.Model;

namespace Snaptree.Cli.Virsh;

/// <summary>Verbs that show one thing about a domain.</summary>
internal static class DomainReadVerbs
{
    private static readonly VirshOption Reason = VirshOption.Flag("reason", "say why, too");
    private static readonly VirshOption Inactive = VirshOption.Flag("inactive", "as it will be at the next start");
    private static readonly VirshOption UpdateCpu = VirshOption.Flag("update-cpu", "with the processor that the host gives");
    private static readonly VirshOption Migratable = VirshOption.Flag("migratable", "fit for a migration");

    public static VirshVerb BuildInfo() => new("dominfo", VirshGroup.Monitor, "domain information", [Targets.Domain], InfoAsync)
    { Description = "Show what is known about a domain." };

    public static VirshVerb BuildState() => new("domstate", VirshGroup.Monitor, "domain state", [Targets.Domain, Reason], StateAsync)
    { Description = "Show a domain's state." };

    public static VirshVerb BuildDumpXml() => new(
        "dumpxml", VirshGroup.Domain, "domain information in XML",
        [Targets.Domain, Inactive, ShownXml.Secrets, UpdateCpu, Migratable, ShownXml.XPath, ShownXml.Wrap], DumpXmlAsync)
    { Description = "Show a domain's XML." };

    public static VirshVerb BuildId() => new("domid", VirshGroup.Domain, "convert a domain name or UUID to domain id", [Targets.Domain], IdAsync);

    public static VirshVerb BuildName() => new("domname", VirshGroup.Domain, "convert a domain id or UUID to domain name", [Targets.Domain], NameAsync);

    public static VirshVerb BuildUuid() => new("domuuid", VirshGroup.Domain, "convert a domain name or id to domain UUID", [Targets.Domain], UuidAsync);

    private static async Task InfoAsync(VirshCall call, CancellationToken cancellationToken)
    {
        var domain = await Targets.DomainAsync(call, cancellationToken);
        var info = await call.Domains.GetInfoAsync(domain, cancellationToken);
        var output = call.Output;
        output.Labelled("Id", info.Id?.ToString(CultureInfo.InvariantCulture) ?? "-");
        output.Labelled("Name", domain.Name);
        output.Labelled("UUID", domain.Uuid.ToString());
        output.Labelled("OS Type", info.OsType);
        output.Labelled("State", StateWords.Of(info.State));
        output.Labelled("CPU(s)", info.VirtualCpus.ToString(CultureInfo.InvariantCulture));
        if (info.CpuTime > TimeSpan.Zero)
        {
            output.Labelled("CPU time", info.CpuTime.TotalSeconds.ToString("F1", CultureInfo.InvariantCulture) + "s");
        }

        output.Labelled("Max memory", $"{info.MaxMemoryKib} KiB");
        output.Labelled("Used memory", $"{info.UsedMemoryKib} KiB");
        output.Labelled("Persistent", info.IsPersistent ? "yes" : "no");
        output.Labelled("Autostart", "disable");
        output.Labelled("Managed save", info.HasManagedSave ? "yes" : "no");
    }

    private static async Task StateAsync(VirshCall call, CancellationToken cancellationToken)
    {
        var domain = await Targets.DomainAsync(call, cancellationToken);
        var info = await call.Domains.GetInfoAsync(domain, cancellationToken);
        var state = StateWords.Of(info.State);
        call.Output.Print(call.Has(Reason) ? $"{state} ({StateWords.Reason(info.State, info.Reason)})\n" : $"{state}\n");
    }

    private static async Task DumpXmlAsync(VirshCall call, CancellationToken cancellationToken)
    {
        var domain = await Targets.DomainAsync(call, cancellationToken);
        var flags = call.When(Inactive, DomainXmlFlags.Inactive) | call.When(ShownXml.Secrets, DomainXmlFlags.Secure)
            | call.When(UpdateCpu, DomainXmlFlags.UpdateCpu) | call.When(Migratable, DomainXmlFlags.Migratable);
        await ShownXml.PrintAsync(
            call, () => call.Connection.Reading("virDomainGetXMLDesc", call.Has(ShownXml.Secrets)).Domains.GetXmlAsync(domain, flags, cancellationToken));
    }

    private static async Task IdAsync(VirshCall call, CancellationToken cancellationToken)
    {
        var domain = await Targets.DomainAsync(call, cancellationToken, DomainBy.Name | DomainBy.Uuid);
        var info = await call.Domains.GetInfoAsync(domain, cancellationToken);
        call.Output.Print($"{info.Id?.ToString(CultureInfo.InvariantCulture) ?? "-"}\n");
    }

    private static async Task NameAsync(VirshCall call, CancellationToken cancellationToken) =>
        call.Output.Print($"{(await Targets.DomainAsync(call, cancellationToken, DomainBy.Id | DomainBy.Uuid)).Name}\n");

    private static async Task UuidAsync(VirshCall call, CancellationToken cancellationToken) =>
        call.Output.Print($"{(await Targets.DomainAsync(call, cancellationToken, DomainBy.Name | DomainBy.Id)).Uuid}\n");
}
