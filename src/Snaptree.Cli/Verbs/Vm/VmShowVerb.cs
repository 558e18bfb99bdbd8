using System.CommandLine;
using System.Globalization;
using Snaptree.Cli.Json;
using Snaptree.Cli.Listing;
using Snaptree.Cli.Render;
using Snaptree.Cli.Text;
using Snaptree.Formats;
using Snaptree.Model;

namespace Snaptree.Cli.Verbs.Vm;

/// <summary><c>snaptree vm show</c>: everything about one domain.</summary>
internal static class VmShowVerb
{
    public static Command Build(CommandShell shell)
    {
        var domain = Symbols.Domain(shell);
        var xml = new Option<bool>("--xml") { Description = "Print the domain XML as it was given." };
        var json = Symbols.Json();
        var command = new VerbCommand("show", "Show one domain.", "snaptree vm show web1", "snaptree vm show web1 --xml") { domain, xml, json };
        command.Exclusive(xml, json);
        command.SetAction(async (parse, cancellationToken) =>
        {
            var found = Lookups.Domain(shell.Host, parse.GetRequiredValue(domain));
            if (parse.GetValue(xml))
            {
                shell.Print([found.Xml.TrimEnd('\n')]);
                return 0;
            }

            var listing = await DomainListing.ReadAsync(shell.Host, found, error => Warnings.Write(shell, error), cancellationToken);
            var definition = DomainXml.Parse(found.Xml);
            if (parse.GetValue(json))
            {
                shell.PrintJson(writer => DomainShape.Write(writer, listing, definition));
                return 0;
            }

            shell.Print(Render(listing, definition, shell.Terminal.Style));
            return 0;
        });
        return command;
    }

    internal static IEnumerable<string> Render(DomainListing domain, DomainDefinition definition, Style style)
    {
        var rows = new List<(string Title, string Value)>
        {
            ("Name", domain.Record.Name.Value),
            ("UUID", domain.Record.Uuid.ToString()),
            ("State", domain.State),
            ("Snapshots", domain.Tree.Count.ToString(CultureInfo.InvariantCulture)),
            ("Current", domain.Tree.Current?.Name.Value ?? "none"),
            ("Accelerator", Words.Of(definition.Accelerator)),
            ("Memory", SizeText.Of(definition.MemoryBytes)),
            ("Processors", definition.VirtualCpus.ToString(CultureInfo.InvariantCulture)),
            ("Machine", definition.Machine ?? "left to the hypervisor"),
        };
        rows.AddRange(definition.Disks.Select(disk => ($"Disk {disk.Target}", DiskText(domain, disk))));
        if (definition.Unrealised.Length > 0)
        {
            rows.Add(("Not realised", string.Join(", ", definition.Unrealised)));
        }

        if (domain.Status?.Unfinished is { } title)
        {
            rows.Add(("Unfinished", $"{title}; run 'snaptree recover {domain.Record.Name}'"));
        }

        return TextTable.Lines(
            [.. rows.Select(row => new Cell[] { new($"{row.Title}:", style.Dim), SafeText.Line(row.Value) })], width: null, style.Ellipsis);
    }

    private static string DiskText(DomainListing domain, DomainDisk disk)
    {
        if (domain.ActiveImage(disk) is not { } image)
        {
            return $"{Words.Of(disk.Bus)}, empty";
        }

        var info = domain.Status?.View.Images.Find(image);
        var size = info is null ? "" : $", {SizeText.Of(info.VirtualBytes)} ({SizeText.Of(info.AllocatedBytes)} used in this image)";
        return $"{Words.Of(disk.Bus)}{(disk.ReadOnly ? ", read-only" : "")}, {image}{size}";
    }
}
