using System.Xml.Linq;
using Snaptree.Model;

namespace Snaptree.Cli.Virsh;

/// <summary><c>domblklist</c>: a domain's disks.</summary>
internal static class DomainBlockListVerb
{
    private static readonly VirshOption Inactive = VirshOption.Flag("inactive", "as they will be at the next start");
    private static readonly VirshOption Details = VirshOption.Flag("details", "show type and device too");

    /// <summary>The attributes of a source that can say where the data are, by the kinds of disk that use them.</summary>
    private static readonly string[] SourceAttributes = ["file", "dev", "dir", "name", "volume", "path"];

    public static VirshVerb Build() => new("domblklist", VirshGroup.Monitor, "list all domain blocks", [Targets.Domain, Inactive, Details], RunAsync)
    { Description = "List a domain's disks." };

    private static async Task RunAsync(VirshCall call, CancellationToken cancellationToken)
    {
        var domain = await Targets.DomainAsync(call, cancellationToken);
        var xml = await call.Domains.GetXmlAsync(domain, call.When(Inactive, DomainXmlFlags.Inactive), cancellationToken);
        var withDetails = call.Has(Details);
        var table = new VirshTable(withDetails ? ["Type", "Device", "Target", "Source"] : ["Target", "Source"]);
        foreach (var disk in XElement.Parse(xml).Elements("devices").Elements("disk"))
        {
            var target = (string?)disk.Element("target")?.Attribute("dev") ?? "-";
            var source = SourceAttributes.Select(name => (string?)disk.Element("source")?.Attribute(name)).FirstOrDefault(path => path is not null) ?? "-";
            table.Add(withDetails
                ? [(string?)disk.Attribute("type") ?? "-", (string?)disk.Attribute("device") ?? "disk", target, source]
                : [target, source]);
        }

        table.Print(call.Output);
    }
}
