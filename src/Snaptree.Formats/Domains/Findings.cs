using System.Collections.Immutable;
using System.Xml.Linq;

namespace Snaptree.Formats;

/// <summary>
/// Collects what would change the guest and cannot be realised. Everything that a reader does not name as understood lands here,
/// so a new element of a later libvirt is never dropped in silence.
/// </summary>
internal sealed class Findings
{
    private readonly List<string> paths = [];

    internal ImmutableArray<string> Paths => [.. paths.Distinct()];

    internal void Add(string path) => paths.Add(path);

    internal void AddIf(bool broken, string path)
    {
        if (broken)
        {
            paths.Add(path);
        }
    }

    /// <summary>Notes each attribute and child of <paramref name="element"/> that is not among the understood ones.</summary>
    internal void Others(XElement element, string path, ReadOnlySpan<string> attributes, ReadOnlySpan<string> children)
    {
        OtherAttributes(element, path, attributes);
        foreach (var child in element.Elements())
        {
            if (child.Name.NamespaceName.Length > 0 || !children.Contains(child.Name.LocalName))
            {
                paths.Add(path.Length == 0 ? Shown(child) : $"{path}/{Shown(child)}");
            }
        }
    }

    internal void OtherAttributes(XElement element, string path, ReadOnlySpan<string> attributes)
    {
        foreach (var attribute in element.Attributes().Where(attribute => !attribute.IsNamespaceDeclaration))
        {
            if (attribute.Name.NamespaceName.Length > 0 || !attributes.Contains(attribute.Name.LocalName))
            {
                paths.Add(path.Length == 0 ? $"@{attribute.Name.LocalName}" : $"{path}/@{attribute.Name.LocalName}");
            }
        }
    }

    private static string Shown(XElement element) =>
        element.GetPrefixOfNamespace(element.Name.Namespace) is { Length: > 0 } prefix
            ? $"{prefix}:{element.Name.LocalName}"
            : element.Name.LocalName;
}
