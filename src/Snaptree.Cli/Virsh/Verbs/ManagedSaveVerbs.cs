using Snaptree.Engine;
using Snaptree.Model;
using Snaptree.Platform;

namespace Snaptree.Cli.Virsh;

/// <summary><c>managedsave-dumpxml</c>, <c>-define</c>, <c>-edit</c>: the XML inside a managed save.</summary>
internal static class ManagedSaveVerbs
{
    private static readonly VirshOption Xml = VirshOption.Required("xml", "file with the new XML");

    public static VirshVerb BuildDumpXml() => new(
        "managedsave-dumpxml", VirshGroup.Domain, "Domain information of managed save state file in XML",
        [Targets.Domain, ShownXml.Secrets, ShownXml.XPath, ShownXml.Wrap], DumpXmlAsync)
    { Description = "Show the domain's XML in its managed save." };

    public static VirshVerb BuildDefine() => new(
        "managedsave-define", VirshGroup.Domain, "redefine the XML for a domain's managed save state file",
        [Targets.Domain, Xml, SavedRun.Running, SavedRun.Paused], DefineAsync)
    { Description = "Replace the domain's XML in its managed save" };

    public static VirshVerb BuildEdit(IForegroundRunner programs) => new(
        "managedsave-edit", VirshGroup.Domain, "edit XML for a domain's managed save state file",
        [Targets.Domain, SavedRun.Running, SavedRun.Paused], (call, cancellationToken) => EditAsync(call, programs, cancellationToken))
    { Description = "Edit the domain's XML in its managed save" };

    private static async Task DumpXmlAsync(VirshCall call, CancellationToken cancellationToken)
    {
        var domain = await Targets.DomainAsync(call, cancellationToken);
        await ShownXml.PrintAsync(call, () => ReadAsync(call, domain, call.Has(ShownXml.Secrets), cancellationToken));
    }

    private static async Task DefineAsync(VirshCall call, CancellationToken cancellationToken)
    {
        var path = call.Required(Xml);
        var domain = await Targets.DomainAsync(call, cancellationToken);
        var xml = await VirshFile.ReadAsync(path, cancellationToken);
        await VirshCall.OrFailAsync($"Failed to update {Targets.Named(call)} XML configuration", () => WriteAsync(call, domain, xml, cancellationToken));
        call.Output.Extra($"Managed save state file of domain '{Targets.Named(call)}' updated.\n");
    }

    private static async Task EditAsync(VirshCall call, IForegroundRunner programs, CancellationToken cancellationToken)
    {
        call.Exclude(SavedRun.Running, SavedRun.Paused);
        var domain = await Targets.DomainAsync(call, cancellationToken);
        var editing = new EditedThing(
            () => ReadAsync(call, domain, withSecrets: true, cancellationToken), xml => WriteAsync(call, domain, xml, cancellationToken))
        { DefinesUnchanged = SavedRun.FlagsOf(call) != SaveRestoreFlags.None };
        var isEdited = await new XmlEditor(call.Session, programs).EditAsync(editing, cancellationToken);
        call.Output.Extra(isEdited
            ? $"Managed save image of Domain '{Targets.Named(call)}' XML configuration edited.\n"
            : $"Managed save image of domain '{Targets.Named(call)}' XML configuration not changed.\n");
    }

    private static Task<string> ReadAsync(VirshCall call, DomainHandle domain, bool withSecrets, CancellationToken cancellationToken) =>
        call.Connection.Reading("virDomainManagedSaveGetXMLDesc", withSecrets).VmState.ManagedSaveGetXmlAsync(
            domain, withSecrets ? DomainXmlFlags.Secure : DomainXmlFlags.None, cancellationToken);

    private static Task WriteAsync(VirshCall call, DomainHandle domain, string xml, CancellationToken cancellationToken) =>
        call.Connection.Changing("virDomainManagedSaveDefineXML").VmState.ManagedSaveDefineXmlAsync(
            domain, xml, SavedRun.FlagsOf(call), cancellationToken);
}
