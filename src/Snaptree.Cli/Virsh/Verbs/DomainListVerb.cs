using System.Globalization;
using System.Xml.Linq;
using Snaptree.Engine;
using Snaptree.Model;

namespace Snaptree.Cli.Virsh;

/// <summary><c>list</c>: the domains.</summary>
internal static class DomainListVerb
{
    private static readonly VirshOption Inactive = VirshOption.Flag("inactive", "those that are shut off");
    private static readonly VirshOption All = VirshOption.Flag("all", "those that are shut off too");
    private static readonly VirshOption Uuid = VirshOption.Flag("uuid", "only the UUIDs");
    private static readonly VirshOption Name = VirshOption.Flag("name", "only the names");
    private static readonly VirshOption Id = VirshOption.Flag("id", "only the ids");
    private static readonly VirshOption Table = VirshOption.Flag("table", "as a table (the usual)");
    private static readonly VirshOption ManagedSave = VirshOption.Flag("managed-save", "mark those that have a managed save");
    private static readonly VirshOption Title = VirshOption.Flag("title", "show the title too");

    private static readonly (VirshOption Option, DomainListFlags Flag)[] Filters =
    [
        (VirshOption.Flag("transient", "only transient ones"), DomainListFlags.Transient),
        (VirshOption.Flag("persistent", "only persistent ones"), DomainListFlags.Persistent),
        (VirshOption.Flag("with-snapshot", "only those with snapshots"), DomainListFlags.HasSnapshot),
        (VirshOption.Flag("without-snapshot", "only those without snapshots"), DomainListFlags.NoSnapshot),
        (VirshOption.Flag("with-checkpoint", "only those with checkpoints"), DomainListFlags.HasCheckpoint),
        (VirshOption.Flag("without-checkpoint", "only those without checkpoints"), DomainListFlags.NoCheckpoint),
        (VirshOption.Flag("state-running", "only running ones"), DomainListFlags.Running),
        (VirshOption.Flag("state-paused", "only paused ones"), DomainListFlags.Paused),
        (VirshOption.Flag("state-shutoff", "only those that are shut off"), DomainListFlags.Shutoff),
        (VirshOption.Flag("state-other", "only those in another state"), DomainListFlags.Other),
        (VirshOption.Flag("autostart", "only those that start with the host"), DomainListFlags.Autostart),
        (VirshOption.Flag("no-autostart", "only those that do not start with the host"), DomainListFlags.NoAutostart),
        (VirshOption.Flag("with-managed-save", "only those with a managed save"), DomainListFlags.ManagedSave),
        (VirshOption.Flag("without-managed-save", "only those without a managed save"), DomainListFlags.NoManagedSave),
    ];

    public static VirshVerb Build() => new(
        "list", VirshGroup.Monitor, "list domains",
        [Inactive, All, .. Filters.Select(filter => filter.Option), Uuid, Name, Id, Table, ManagedSave, Title], RunAsync)
    { Description = "List the domains." };

    private static async Task RunAsync(VirshCall call, CancellationToken cancellationToken)
    {
        call.Exclude(Table, Name);
        call.Exclude(Table, Uuid);
        call.Exclude(Table, Id);
        var found = new List<(DomainHandle Domain, DomainInfo Info)>();
        foreach (var domain in await call.Domains.ListAllAsync(FlagsOf(call), cancellationToken))
        {
            found.Add((domain, await call.Domains.GetInfoAsync(domain, cancellationToken)));
        }

        List<(DomainHandle Domain, DomainInfo Info)> ordered =
        [
            .. found.OrderBy(one => one.Info.Id is null).ThenBy(one => one.Info.Id ?? 0).ThenBy(one => one.Domain.Name, NameOrder.Instance),
        ];
        if (call.Has(Uuid) || call.Has(Name) || call.Has(Id))
        {
            PrintWords(call, ordered);
            return;
        }

        await PrintTableAsync(call, ordered, cancellationToken);
    }

    private static DomainListFlags FlagsOf(VirshCall call)
    {
        var flags = call.Has(All) ? DomainListFlags.Active | DomainListFlags.Inactive : call.Has(Inactive) ? DomainListFlags.Inactive : DomainListFlags.Active;
        return Filters.Aggregate(flags, (all, filter) => all | call.When(filter.Option, filter.Flag));
    }

    private static void PrintWords(VirshCall call, List<(DomainHandle Domain, DomainInfo Info)> ordered)
    {
        foreach (var (domain, info) in ordered)
        {
            List<string> words = [];
            words.AddRange(call.Has(Uuid) ? [domain.Uuid.ToString()] : []);
            words.AddRange(call.Has(Id) ? [IdOf(info)] : []);
            words.AddRange(call.Has(Name) ? [domain.Name] : []);
            var isOnlyDash = info.Id is null && !call.Has(Uuid) && !call.Has(Name);
            call.Output.Print(isOnlyDash ? "" : $"{string.Join(' ', words)}\n");
        }
    }

    private static async Task PrintTableAsync(
        VirshCall call, List<(DomainHandle Domain, DomainInfo Info)> ordered, CancellationToken cancellationToken)
    {
        var withTitle = call.Has(Title);
        var table = new VirshTable(withTitle ? ["Id", "Name", "State", "Title"] : ["Id", "Name", "State"]);
        foreach (var (domain, info) in ordered)
        {
            var isSaved = !withTitle && call.Has(ManagedSave) && info.State == DomainState.Shutoff && info.HasManagedSave;
            string[] cells = [IdOf(info), domain.Name, isSaved ? "saved" : StateWords.Of(info.State)];
            table.Add(withTitle ? [.. cells, await TitleAsync(call, domain, cancellationToken)] : cells);
        }

        table.Print(call.Output);
    }

    private static async Task<string> TitleAsync(VirshCall call, DomainHandle domain, CancellationToken cancellationToken) =>
        XElement.Parse(await call.Domains.GetXmlAsync(domain, DomainXmlFlags.None, cancellationToken)).Element("title")?.Value ?? "";

    private static string IdOf(DomainInfo info) => info.Id?.ToString(CultureInfo.InvariantCulture) ?? "-";
}
