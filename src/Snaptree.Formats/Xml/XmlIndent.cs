using System.Text;

namespace Snaptree.Formats;

/// <summary>
/// Moves a document two columns to the right and back, without loss: only white space between two pieces of markup moves,
/// never text, comments or CDATA sections.
/// </summary>
internal static class XmlIndent
{
    private const string Shallow = "\n";
    private const string Deep = "\n  ";

    internal static string Deeper(string xml) => Change(xml, Shallow, Deep);

    internal static string Shallower(string xml) => Change(xml, Deep, Shallow);

    private static string Change(string xml, string from, string to)
    {
        var result = new StringBuilder(xml.Length * 2);
        foreach (var token in XmlTokens.Of(xml))
        {
            var piece = xml.AsSpan(token.Start, token.End - token.Start);
            if (token.Kind == XmlTokenKind.Text && piece.IsWhiteSpace())
            {
                result.Append(piece.ToString().Replace(from, to));
            }
            else
            {
                result.Append(piece);
            }
        }

        return result.ToString();
    }
}
