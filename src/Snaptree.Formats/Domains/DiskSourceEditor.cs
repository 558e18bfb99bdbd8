using Snaptree.Model;

namespace Snaptree.Formats;

/// <summary>Makes one <c>disk</c> element name another image, touching nothing else.</summary>
internal sealed class DiskSourceEditor(TextEdits edits, SourceElement disk)
{
    private readonly string type = Values.Attribute(disk.Element, "type") ?? "file";

    /// <param name="format">Null keeps the format that the document names.</param>
    internal void Point(ImagePath path, ImageFormat? format)
    {
        if (format is { } wanted)
        {
            SetFormat(Vocabulary.Text(wanted));
        }

        var source = disk.Child("source");
        if (Values.Attribute(source?.Element, AttributeOf(type)) == path.Value)
        {
            return;
        }

        SetPath(source, path.Value);
        foreach (var stale in disk.Children.Where(child => child.Element.Name == "backingStore"))
        {
            // It described the chain below the old image; the headers of the new one know better.
            edits.Replace(stale.Start - stale.Lead.Length, stale.End, "");
        }
    }

    private void SetPath(SourceElement? source, string path)
    {
        var newType = type == "block" && IsDevice(path) ? "block" : "file";
        if (newType != type)
        {
            SetAttribute(disk, "type", "type", newType);
        }

        if (source is null)
        {
            InsertFirst($"<source {AttributeOf(newType)}='{XmlEscape.Attribute(path, "image path")}'/>", "target");
        }
        else
        {
            SetAttribute(source, AttributeOf(type), AttributeOf(newType), path);
        }
    }

    private void SetFormat(string format)
    {
        var driver = disk.Child("driver");
        var present = Values.Attribute(driver?.Element, "type") ?? "raw";
        if (present == format)
        {
            return;
        }

        if (driver is null)
        {
            InsertFirst($"<driver name='qemu' type='{format}'/>", "source", "target");
        }
        else
        {
            SetAttribute(driver, "type", "type", format);
        }
    }

    private void SetAttribute(SourceElement element, string name, string newName, string value)
    {
        var written = XmlEscape.Attribute(value, newName);
        if (element.Attribute(name) is not { } attribute)
        {
            edits.Insert(element.AttributesEnd, $" {newName}='{written}'");
        }
        else if (name == newName)
        {
            edits.Replace(attribute.ValueStart, attribute.ValueEnd, written);
        }
        else
        {
            edits.Replace(attribute.NameStart, attribute.ValueEnd + 1, $"{newName}='{written}'");
        }
    }

    /// <summary>Puts an element before the first child of one of these names, on its own line if that child has one.</summary>
    private void InsertFirst(string element, params string[] names)
    {
        var before = disk.Children.First(child => names.Contains(child.Element.Name.LocalName));
        edits.Insert(before.Start, element + before.Lead);
    }

    private static string AttributeOf(string type) => type == "block" ? "dev" : "file";

    private static bool IsDevice(string path) => path.StartsWith("/dev/", StringComparison.Ordinal)
        && !path.StartsWith("/dev/shm/", StringComparison.Ordinal);
}
