namespace Snaptree.Cli.Virsh;

/// <summary>Which command lines are virsh's. Ours win, except where only virsh can be meant.</summary>
internal sealed class VirshRoute(VirshVerbs verbs, IReadOnlyCollection<string> ownVerbs)
{
    private const string Virsh = "virsh";

    /// <summary>virsh's arguments; null when the command line is ours.</summary>
    /// <param name="programName">The name under which the program was started.</param>
    public IReadOnlyList<string>? Of(string programName, IReadOnlyList<string> arguments)
    {
        if (Path.GetFileName(programName) == Virsh)
        {
            return arguments;
        }

        if (arguments is [Virsh, ..])
        {
            return [.. arguments.Skip(1)];
        }

        return arguments.Count > 0 && IsVirsh(arguments) ? arguments : null;
    }

    private bool IsVirsh(IReadOnlyList<string> arguments)
    {
        var first = arguments[0];
        if (first.StartsWith('[') || arguments is ["help"])
        {
            return false;
        }

        return GlobalOptions.IsOption(first)
            || first.AsSpan().ContainsAny(" \t;\n")
            || (verbs.Find(first) is not null && (!ownVerbs.Contains(first) || IsUnderstood(arguments)));
    }

    /// <summary>A verb that both have is virsh's when virsh understands what stands behind it; help on it is ours.</summary>
    private bool IsUnderstood(IReadOnlyList<string> arguments)
    {
        if (arguments.Contains("--help"))
        {
            return false;
        }

        try
        {
            new CommandParser(verbs).Parse(new ArgumentWords(arguments));
            return true;
        }
        catch (VirshSyntaxException)
        {
            return false;
        }
    }
}
