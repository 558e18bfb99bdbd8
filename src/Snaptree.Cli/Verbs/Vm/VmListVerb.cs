using System.CommandLine;
using System.Globalization;
using Snaptree.Cli.Json;
using Snaptree.Cli.Listing;
using Snaptree.Cli.Render;
using Snaptree.Cli.Text;

namespace Snaptree.Cli.Verbs.Vm;

/// <summary><c>snaptree vm list</c>: all domains.</summary>
internal static class VmListVerb
{
    private const int ShortUuidLength = 8;

    public static Command Build(CommandShell shell)
    {
        var json = Symbols.Json();
        var command = new VerbCommand("list", "List all domains with state and snapshots.", "snaptree vm list") { json };
        command.SetAction(async (parse, cancellationToken) =>
        {
            var domains = new List<DomainListing>();
            foreach (var domain in shell.Host.Domains.List())
            {
                domains.Add(await DomainListing.ReadAsync(shell.Host, domain, error => Warnings.Write(shell, error), cancellationToken));
            }

            if (parse.GetValue(json))
            {
                shell.PrintJson(writer => DomainShape.WriteList(writer, domains));
                return 0;
            }

            shell.Print(Render(domains, shell.Terminal.Style));
            return 0;
        });
        return command;
    }

    internal static IEnumerable<string> Render(IReadOnlyList<DomainListing> domains, Style style)
    {
        if (domains.Count == 0)
        {
            return ["There are no domains yet. Make one with 'snaptree vm create' or 'snaptree vm define'."];
        }

        Cell[] header =
        [
            new("NAME", style.Dim), new("STATE", style.Dim), new("SNAPSHOTS", style.Dim, Right: true), new("CURRENT", style.Dim), new("UUID", style.Dim),
        ];
        List<IReadOnlyList<Cell>> rows = [header, .. domains.Select(domain => Row(domain, style))];
        var hints = domains.Where(domain => domain.Status?.Unfinished is not null)
            .Select(domain => style.Warn($"{domain.Record.Name}: an operation is not finished; run 'snaptree recover {domain.Record.Name}'."));
        return [.. TextTable.Lines(rows, width: null, style.Ellipsis), .. hints];
    }

    private static List<Cell> Row(DomainListing domain, Style style) =>
    [
        SafeText.Line(domain.Record.Name.Value),
        new Cell(domain.State, domain.Status?.View.IsActive == true ? style.Good : null),
        new Cell(domain.Tree.Count.ToString(CultureInfo.InvariantCulture), Right: true),
        SafeText.Line(domain.Tree.Current?.Name.Value ?? "-"),
        domain.Record.Uuid.ToString()[..ShortUuidLength],
    ];
}
