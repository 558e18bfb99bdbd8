using Snaptree.Model;
using Snaptree.Platform;

namespace Snaptree.Cli.Virsh;

/// <summary><c>save-image-dumpxml</c>, <c>-define</c>, <c>-edit</c>: the XML inside a saved state.</summary>
internal static class SavedImageVerbs
{
    private static readonly VirshOption File = VirshOption.Required("file", "the saved state");
    private static readonly VirshOption Xml = VirshOption.Required("xml", "file with the new XML");

    public static VirshVerb BuildDumpXml() => new(
        "save-image-dumpxml", VirshGroup.Domain, "saved state domain information in XML", [File, ShownXml.Secrets, ShownXml.XPath, ShownXml.Wrap], DumpXmlAsync)
    { Description = "Show the domain's XML in a saved state." };

    public static VirshVerb BuildDefine() => new(
        "save-image-define", VirshGroup.Domain, "redefine the XML for a domain's saved state file", [File, Xml, SavedRun.Running, SavedRun.Paused], DefineAsync)
    { Description = "Replace the domain's XML in a saved state" };

    public static VirshVerb BuildEdit(IForegroundRunner programs) => new(
        "save-image-edit", VirshGroup.Domain, "edit XML for a domain's saved state file", [File, SavedRun.Running, SavedRun.Paused],
        (call, cancellationToken) => EditAsync(call, programs, cancellationToken))
    { Description = "Edit the domain's XML in a saved state" };

    private static async Task DumpXmlAsync(VirshCall call, CancellationToken cancellationToken)
    {
        var file = call.Required(File);
        await ShownXml.PrintAsync(call, () => ReadAsync(call, file, call.Has(ShownXml.Secrets), cancellationToken));
    }

    private static async Task DefineAsync(VirshCall call, CancellationToken cancellationToken)
    {
        var file = call.Required(File);
        var xml = await VirshFile.ReadAsync(call.Required(Xml), cancellationToken);
        await VirshCall.OrFailAsync($"Failed to update {file}", () => WriteAsync(call, file, xml, cancellationToken));
        call.Output.Extra($"State file {file} updated.\n");
    }

    private static async Task EditAsync(VirshCall call, IForegroundRunner programs, CancellationToken cancellationToken)
    {
        call.Exclude(SavedRun.Running, SavedRun.Paused);
        var file = call.Required(File);
        var editing = new EditedThing(
            () => ReadAsync(call, file, withSecrets: true, cancellationToken), xml => WriteAsync(call, file, xml, cancellationToken))
        { DefinesUnchanged = SavedRun.FlagsOf(call) != SaveRestoreFlags.None };
        var isEdited = await new XmlEditor(call.Session, programs).EditAsync(editing, cancellationToken);
        call.Output.Extra(isEdited ? $"State file {file} edited.\n" : $"Saved image {file} XML configuration not changed.\n");
    }

    /// <summary>Any connection may do it that may change something: libvirt guards the path, not the contents.</summary>
    private static Task<string> ReadAsync(VirshCall call, string file, bool withSecrets, CancellationToken cancellationToken) =>
        call.Connection.Changing("virDomainSaveImageGetXMLDesc").VmState.SaveImageGetXmlAsync(
            Path.GetFullPath(file), withSecrets ? DomainXmlFlags.Secure : DomainXmlFlags.None, cancellationToken);

    private static Task WriteAsync(VirshCall call, string file, string xml, CancellationToken cancellationToken) =>
        call.Connection.Changing("virDomainSaveImageDefineXML").VmState.SaveImageDefineXmlAsync(
            Path.GetFullPath(file), xml, SavedRun.FlagsOf(call), cancellationToken);
}
