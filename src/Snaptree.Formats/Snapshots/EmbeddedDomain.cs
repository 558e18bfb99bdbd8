namespace Snaptree.Formats;

/// <summary>A domain document as it stands inside another one: without the number of a running instance, and without secrets if so wanted.</summary>
internal static class EmbeddedDomain
{
    /// <param name="root"><c>domain</c> or <c>inactiveDomain</c>.</param>
    /// <param name="secure">False leaves out passwords of displays (libvirt: <c>VIR_DOMAIN_XML_SECURE</c>).</param>
    internal static string Of(string document, string root, bool secure)
    {
        var xml = SourceElement.Of(document, XmlInput.Load(document, root)).TextOf();
        var source = SourceElement.Of(xml, XmlInput.Load(xml, root));
        var edits = new TextEdits(xml);
        Remove(xml, edits, source, "id");
        if (!secure)
        {
            var devices = source.Children.Where(child => child.Element.Name == "devices").SelectMany(devices => devices.Children);
            foreach (var display in devices.Where(device => device.Element.Name == "graphics"))
            {
                Remove(xml, edits, display, "passwd");
            }
        }

        return edits.Apply();
    }

    private static void Remove(string xml, TextEdits edits, SourceElement element, string name)
    {
        if (element.Attribute(name) is { } attribute)
        {
            var from = attribute.NameStart;
            while (char.IsWhiteSpace(xml[from - 1]))
            {
                from--;
            }

            edits.Replace(from, attribute.ValueEnd + 1, "");
        }
    }
}
