using System.Security;
using System.Text;

namespace Snaptree.Cli.Virsh;

/// <summary>The document that <c>snapshot-create-as</c> makes of its arguments. Paths and words are not checked here: that is the library's.</summary>
internal sealed class SnapshotRequestText(string? name, string? description)
{
    private readonly StringBuilder disks = new();
    private string memory = "";

    /// <summary><c>[file=]PATH[,snapshot=TYPE]</c>, a path alone only when it begins with a slash.</summary>
    public bool TryAddMemory(string text)
    {
        string? file = null;
        string? location = null;
        foreach (var word in Words(text))
        {
            if (file is null && word.StartsWith('/'))
            {
                file = word;
            }
            else if (!Take(word, "file=", ref file) && !Take(word, "snapshot=", ref location))
            {
                return false;
            }
        }

        memory = $"  <memory{Attribute("snapshot", location)}{Attribute("file", file)}/>\n";
        return true;
    }

    /// <summary><c>DISK[,snapshot=TYPE][,driver=TYPE][,stype=file|block][,file=PATH]</c>.</summary>
    /// <param name="tell">Takes the line that says more than the exception.</param>
    /// <exception cref="VirshFailureException">It is not so.</exception>
    public void AddDisk(string text, Action<string> tell)
    {
        var words = Words(text);
        string? location = null;
        string? driver = null;
        string? storage = null;
        string? file = null;
        foreach (var word in words.Skip(1))
        {
            if (!Take(word, "snapshot=", ref location) && !Take(word, "driver=", ref driver)
                && !Take(word, "stype=", ref storage) && !Take(word, "file=", ref file))
            {
                throw new VirshFailureException($"unable to parse diskspec: {text}");
            }
        }

        if (words[0].Length == 0 && words.Count > 1)
        {
            throw new VirshFailureException($"unable to parse diskspec: {text}");
        }

        if (storage is not (null or "file" or "block"))
        {
            tell($"Unknown storage type: '{storage}'");
            throw new VirshFailureException($"unable to parse diskspec: {text}");
        }

        Append($"    <disk{Attribute("name", words[0])}{Attribute("snapshot", location)}{Attribute("type", storage)}", driver, storage, file);
    }

    public override string ToString() =>
        $"<domainsnapshot>\n{Element("name", name)}{Element("description", description)}{memory}"
        + (disks.Length > 0 ? $"  <disks>\n{disks}  </disks>\n" : "") + "</domainsnapshot>\n";

    private void Append(string start, string? driver, string? storage, string? file)
    {
        if (driver is null && file is null)
        {
            disks.Append(start).Append("/>\n");
            return;
        }

        disks.Append(start).Append(">\n");
        disks.Append(driver is null ? "" : $"      <driver{Attribute("type", driver)}/>\n");
        disks.Append(file is null ? "" : $"      <source{Attribute(storage == "block" ? "dev" : "file", file)}/>\n");
        disks.Append("    </disk>\n");
    }

    /// <summary>Parted by commas; two of them are one that belongs to the word.</summary>
    private static List<string> Words(string text)
    {
        List<string> words = [""];
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] != ',')
            {
                words[^1] += text[at];
            }
            else if (at + 1 < text.Length && text[at + 1] == ',')
            {
                words[^1] += text[at++];
            }
            else
            {
                words.Add("");
            }
        }

        return words;
    }

    /// <summary>Once only.</summary>
    private static bool Take(string word, string key, ref string? value)
    {
        if (value is not null || !word.StartsWith(key, StringComparison.Ordinal))
        {
            return false;
        }

        value = word[key.Length..];
        return true;
    }

    private static string Element(string element, string? text) => text is null ? "" : $"  <{element}>{SecurityElement.Escape(text)}</{element}>\n";

    private static string Attribute(string attribute, string? value) => value is null ? "" : $" {attribute}='{SecurityElement.Escape(value)}'";
}
