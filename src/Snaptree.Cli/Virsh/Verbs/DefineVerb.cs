using Snaptree.Engine;
using Snaptree.Model;

namespace Snaptree.Cli.Virsh;

/// <summary><c>define</c>.</summary>
internal static class DefineVerb
{
    private static readonly VirshOption File = VirshOption.Required("file", "file with the domain's XML");
    private static readonly VirshOption Validate = VirshOption.Flag("validate", "the XML must fit the schema");

    public static VirshVerb Build() => new("define", VirshGroup.Domain, "define (but don't start) a domain from an XML file", [File, Validate], RunAsync)
    { Description = "Define a domain." };

    private static async Task RunAsync(VirshCall call, CancellationToken cancellationToken)
    {
        var file = call.Required(File);
        var xml = await VirshFile.ReadAsync(file, cancellationToken);
        var flags = call.When(Validate, DomainDefineFlags.Validate);
        var function = flags == DomainDefineFlags.None ? "virDomainDefineXML" : "virDomainDefineXMLFlags";
        DomainHandle defined = default;
        await VirshCall.OrFailAsync(
            $"Failed to define domain from {file}",
            async () => defined = await call.Connection.Changing(function).Domains.DefineXmlAsync(xml, flags, cancellationToken));
        call.Output.Extra($"Domain '{defined.Name}' defined from {file}\n");
    }
}
