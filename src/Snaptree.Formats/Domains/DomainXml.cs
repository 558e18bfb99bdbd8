using System.Globalization;
using Snaptree.Model;

namespace Snaptree.Formats;

/// <summary>
/// Domain XML: its meaning, and the few values of it that we change. What is understood, what is harmless and what is refused at
/// start is listed in docs/domain-xml.md. Changes are made in the text itself: every character that need not change stays.
/// </summary>
/// <remarks>
/// Every member refuses a document that is not well formed (<see cref="ErrorCode.XmlDetail"/>, with line and place), has a document
/// type declaration, is larger than 16 MiB or nests deeper than 256 elements.
/// </remarks>
public static class DomainXml
{
    private const string Root = "domain";

    /// <summary>Reads the meaning of a domain document.</summary>
    /// <exception cref="SnapshotException">
    /// <see cref="ErrorCode.XmlDetail"/>: not well formed. <see cref="ErrorCode.Xml"/>: a value is missing or wrong.
    /// <see cref="ErrorCode.ConfigUnsupported"/>: another hypervisor, or a disk that no snapshot could hold.
    /// </exception>
    public static DomainDefinition Parse(string xml) => new DomainReader(XmlInput.Load(xml, Root)).Read();

    /// <summary>The same document under another name; the very same string when it has that name already.</summary>
    public static string WithName(string xml, DomainName name)
    {
        var (source, edits) = Open(xml);
        if (DomainReader.NameOf(source.Element) != name)
        {
            SetText(edits, source.Child("name")!, XmlEscape.Content(name.Value, "domain name"));
        }

        return edits.Apply();
    }

    /// <summary>The same document with this UUID, written after the name when there was none.</summary>
    public static string WithUuid(string xml, Guid uuid)
    {
        var (source, edits) = Open(xml);
        var text = uuid.ToString("D");
        if (Values.Single(source.Element, "uuid") is null)
        {
            DomainReader.NameOf(source.Element);
            var name = source.Child("name")!;
            edits.Insert(name.End, $"{name.Lead}<uuid>{text}</uuid>");
        }
        else if (source.Child("uuid") is { } present && present.Element.Value != text)
        {
            SetText(edits, present, text);
        }

        return edits.Apply();
    }

    /// <summary>The same document without the passwords of displays (libvirt: what <c>VIR_DOMAIN_XML_SECURE</c> adds).</summary>
    public static string WithoutSecrets(string xml)
    {
        var (source, edits) = Open(xml);
        foreach (var display in (source.Child("devices")?.Children ?? []).Where(child => child.Element.Name == "graphics"))
        {
            if (display.Attribute("passwd") is { } secret)
            {
                var start = xml.AsSpan(0, secret.NameStart).TrimEnd().Length;
                edits.Replace(start, secret.ValueEnd + 1, "");
            }
        }

        return edits.Apply();
    }

    /// <summary>The same document as a running domain shows it: with the id of its process after the type, or without one.</summary>
    /// <param name="id">Null takes an id away; the very same string when nothing is to be changed.</param>
    public static string WithId(string xml, int? id)
    {
        var (source, edits) = Open(xml);
        var text = id?.ToString(CultureInfo.InvariantCulture);
        if (source.Attribute("id") is { } present)
        {
            var start = xml.AsSpan(0, present.NameStart).TrimEnd().Length;
            edits.Replace(start, present.ValueEnd + 1, text is null ? "" : $" id='{text}'");
        }
        else if (text is not null)
        {
            edits.Insert(source.Attribute("type") is { } type ? type.ValueEnd + 1 : source.AttributesEnd, $" id='{text}'");
        }

        return edits.Apply();
    }

    /// <summary>
    /// The same document with these disks on other images. A disk that is not named stays as it is; a disk that already names its
    /// image in that format is not touched.
    /// </summary>
    /// <exception cref="SnapshotException"><see cref="ErrorCode.Xml"/> when the document has no such disk.</exception>
    public static string WithDiskSources(string xml, IReadOnlyDictionary<DiskTarget, (ImagePath Path, ImageFormat Format)> sources) =>
        WithDiskSources(xml, sources.Select(source => (source.Key, source.Value.Path, (ImageFormat?)source.Value.Format)));

    internal static string WithDiskSources(string xml, IEnumerable<(DiskTarget Target, ImagePath Path, ImageFormat? Format)> sources)
    {
        var (source, edits) = Open(xml);
        var disks = (source.Child("devices")?.Children ?? []).Where(child => child.Element.Name == "disk")
            .ToLookup(disk => DiskReader.TargetOf(disk.Element));
        foreach (var (target, path, format) in sources)
        {
            if (disks[target].ToList() is not [var disk])
            {
                throw XmlErrors.Wrong(
                    $"the domain document has no disk '{target}', or several",
                    $"Its disks are: {string.Join(", ", disks.Select(known => known.Key))}.",
                    target.Name);
            }

            new DiskSourceEditor(edits, disk).Point(path, format);
        }

        return edits.Apply();
    }

    private static (SourceElement Source, TextEdits Edits) Open(string xml) =>
        (SourceElement.Of(xml, XmlInput.Load(xml, Root)), new TextEdits(xml));

    private static void SetText(TextEdits edits, SourceElement element, string escaped)
    {
        if (element.IsEmptyTag)
        {
            var name = element.Element.Name.LocalName;
            edits.Replace(element.Start, element.End, $"<{name}>{escaped}</{name}>");
        }
        else
        {
            edits.Replace(element.TagEnd, element.ContentEnd, escaped);
        }
    }
}
