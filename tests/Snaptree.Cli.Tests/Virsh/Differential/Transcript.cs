using System.Text.RegularExpressions;

namespace Snaptree.Cli.Tests.Virsh.Differential;

/// <summary>What one command of a script said.</summary>
public sealed record Spoken(string Command, string Text);

/// <summary>
/// A script with a mark before each command, so that what was said can be told apart, and what was said without what cannot be equal:
/// moments, percentages on the way, and the words of single lines that docs/virsh.md lists.
/// </summary>
public static partial class Transcript
{
    public static string Script(IReadOnlyList<string> commands) =>
        string.Concat(commands.Select((command, at) => $"echo @@{at}@@\n{command}\n"));

    public static IReadOnlyList<Spoken> Split(IReadOnlyList<string> commands, string output)
    {
        var pieces = Mark().Split(output);
        return [.. Enumerable.Range(0, pieces.Length / 2).Select(at => new Spoken(commands[int.Parse(pieces[(2 * at) + 1])], Plain(pieces[(2 * at) + 2])))];
    }

    /// <summary>Without moments and without the listed facts.</summary>
    public static string Plain(string text)
    {
        text = Moment().Replace(text, "YYYY-MM-DD HH:MM:SS");
        text = CreationTime().Replace(text, "<creationTime>TIME</creationTime>");
        text = Unnamed().Replace(text, "UNNAMED   ");
        text = WrongState().Replace(text, "NOT IN THAT STATE").Replace("running (unknown)", "running (booted)");
        text = Underway().Replace(text, "");
        text = IdCell().Replace(IdValue().Replace(text, "N"), "N ");
        text = OnlyInDominfo().Replace(text, "");
        text = Editors().Replace(text, "/tmp/virsh.xml");
        return text.Replace("OS Type:        linux\n", "OS Type:        hvm\n");
    }

    [GeneratedRegex(@"@@(\d+)@@\n?")]
    private static partial Regex Mark();

    [GeneratedRegex(@"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")]
    private static partial Regex Moment();

    [GeneratedRegex(@"<creationTime>\d{10}</creationTime>")]
    private static partial Regex CreationTime();

    [GeneratedRegex(@"\b1[789]\d{8}\b")]
    private static partial Regex Unnamed();

    [GeneratedRegex(@"^(CPU time|Security model|Security DOI|Security label):.*\n", RegexOptions.Multiline)]
    private static partial Regex OnlyInDominfo();

    [GeneratedRegex(@"(?<=<domain type='test' id=')\d+(?=')|(?<=^Id:             )\d+$", RegexOptions.Multiline)]
    private static partial Regex IdValue();

    [GeneratedRegex(@"(?<=^ )(\d |\d\d)(?=   t(est|2) )", RegexOptions.Multiline)]
    private static partial Regex IdCell();

    [GeneratedRegex(@"internal error: domain '\S+' not (running|paused)|Requested operation is not valid: domain is (not|already) running")]
    private static partial Regex WrongState();

    [GeneratedRegex(@"\r\w+: \[ *\d{1,2} %\]")]
    private static partial Regex Underway();

    [GeneratedRegex(@"/\S*/virsh[0-9A-Za-z]+\.xml")]
    private static partial Regex Editors();
}
