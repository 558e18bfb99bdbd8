using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Snaptree.Model;

namespace Snaptree.Formats;

/// <summary>Single values of a document, each checked where it is read.</summary>
internal static partial class Values
{
    /// <summary>The one child of that name; null when there is none.</summary>
    /// <exception cref="SnapshotException">There are several, and readers would differ on which one counts.</exception>
    internal static XElement? Single(XElement parent, string name)
    {
        XElement? found = null;
        foreach (var child in parent.Elements(name))
        {
            found = found is null
                ? child
                : throw XmlErrors.Wrong($"<{parent.Name.LocalName}> has more than one <{name}>", "Keep the one that is meant.");
        }

        return found;
    }

    internal static string? Attribute(XElement? element, string name) => element?.Attribute(name)?.Value;

    /// <summary>A name that becomes part of a hypervisor's argument: letters, digits, dot, dash and underscore.</summary>
    internal static string Word(string text, string what) =>
        WordRule().IsMatch(text)
            ? text
            : throw XmlErrors.Wrong($"'{text}' is no {what}", "Use letters, digits, '.', '-' and '_' only.");

    internal static string AbsolutePath(string? text, string what) =>
        text is ['/', ..]
            ? text
            : throw XmlErrors.Wrong($"the path of <{what}> is not absolute: '{text}'", "Give the whole path, beginning with '/'.");

    internal static int Count(XElement element)
    {
        var text = element.Value.Trim();
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0
            ? count
            : throw XmlErrors.Wrong($"<{element.Name.LocalName}> must be a whole number above 0, not '{text}'", "Correct the number.");
    }

    internal static bool IsYes(string? text) => text is "yes" or "on";

    [GeneratedRegex(@"\A[A-Za-z0-9_][A-Za-z0-9_.\-]*\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex WordRule();
}
