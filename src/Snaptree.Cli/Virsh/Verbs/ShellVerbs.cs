using System.Security;

namespace Snaptree.Cli.Virsh;

/// <summary>virsh's verbs about itself.</summary>
internal static class ShellVerbs
{
    private static readonly VirshOption Directory = VirshOption.Text("dir", "directory to go to (default: home)");
    private static readonly VirshOption Shell = VirshOption.Flag("shell", "escape for a shell");
    private static readonly VirshOption Xml = VirshOption.Flag("xml", "escape for XML");
    private static readonly VirshOption Split = VirshOption.Flag("split", "one line per part between commas; ',,' is a comma");
    private static readonly VirshOption Error = VirshOption.Flag("err", "write to standard error");
    private static readonly VirshOption Words = new("string", VirshOptionKind.Rest, "arguments to echo");
    private static readonly VirshOption Uri = VirshOption.Text("name", "URI of the hypervisor");
    private static readonly VirshOption ReadOnly = VirshOption.Flag("readonly", "for reading only");

    public static VirshVerb BuildCd() => Local("cd", "change the current directory", "Change the current directory.", [Directory], Change);

    public static VirshVerb BuildPwd() => Local(
        "pwd", "print the current directory", "Print the current directory.", [], call => call.Output.Print($"{Environment.CurrentDirectory}\n"));

    public static VirshVerb BuildEcho() => Local(
        "echo", "echo arguments. Used for internal testing.", "Print the arguments again.", [Shell, Xml, Split, Error, Words], Echo);

    public static VirshVerb BuildQuit(string name) => Local(name, "quit this interactive terminal", "", [], _ => { }) with { IsEnd = true };

    public static VirshVerb BuildConnect() => new(
        "connect", VirshGroup.Virsh, "(re)connect to hypervisor", [Uri, ReadOnly],
        (call, cancellationToken) => call.Session.ReconnectAsync(call.Text(Uri) ?? call.Session.Uri, call.Has(ReadOnly), cancellationToken))
    { Description = "Connect to a hypervisor.", IsLocal = true };

    private static VirshVerb Local(string name, string summary, string description, VirshOption[] options, Action<VirshCall> act) =>
        new(name, VirshGroup.Virsh, summary, [.. options], (call, _) =>
        {
            act(call);
            return Task.CompletedTask;
        })
        { Description = description, IsLocal = true };

    private static void Change(VirshCall call)
    {
        if (!call.Session.IsInteractive)
        {
            throw new VirshFailureException("cd: command valid only in interactive mode");
        }

        var directory = call.Text(Directory) ?? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        try
        {
            Environment.CurrentDirectory = directory.Length > 0 ? directory : "/";
        }
        catch (DirectoryNotFoundException)
        {
            throw new VirshFailureException($"cd: {(File.Exists(directory) ? "Not a directory" : "No such file or directory")}: {directory}");
        }
        catch (UnauthorizedAccessException)
        {
            throw new VirshFailureException($"cd: Permission denied: {directory}");
        }
        catch (IOException)
        {
            throw new VirshFailureException($"cd: Not a directory: {directory}");
        }
    }

    private static void Echo(VirshCall call)
    {
        call.Exclude(Shell, Xml);
        var words = call.Values(Words).Select(word => call.Has(Xml) ? SecurityElement.Escape(word) : call.Has(Shell) ? Quoted(word) : word);
        var text = string.Join(' ', words);
        if (call.Has(Split))
        {
            text = string.Join('\n', text.Replace(",,", "\0").Split(',')).Replace('\0', ',');
        }

        if (call.Has(Error))
        {
            call.Output.Error(text);
            return;
        }

        call.Output.Print(text);
    }

    private static string Quoted(string word) =>
        word.Length > 0 && word.All(character => char.IsAsciiLetterOrDigit(character) || "-_./:=,@%+".Contains(character))
            ? word
            : $"'{word.Replace("'", "'\\''")}'";
}
