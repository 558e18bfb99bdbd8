namespace Snaptree.Cli.Virsh;

/// <summary>The options that say which part of a document is shown, and the showing.</summary>
internal static class ShownXml
{
    public static readonly VirshOption Secrets = VirshOption.Flag("security-info", "show secrets too");

    public static readonly VirshOption XPath = VirshOption.Named("xpath", "show only what this XPath expression selects");

    public static readonly VirshOption Wrap = VirshOption.Flag("wrap", "with --xpath: put the nodes into one element");

    /// <param name="read">Reads the document; not called for an empty expression, which fails without a word.</param>
    public static async Task PrintAsync(VirshCall call, Func<Task<string>> read)
    {
        var expression = call.QuietText(XPath);
        var xml = await read();
        call.Output.Print(expression is null ? xml : XmlExtract.Of(xml, expression, call.Has(Wrap)));
    }
}
