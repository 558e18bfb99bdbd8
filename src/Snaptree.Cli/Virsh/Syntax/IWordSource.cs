namespace Snaptree.Cli.Virsh;

internal enum WordKind
{
    Word,

    /// <summary>A semicolon, the end of a line or a comment.</summary>
    EndOfCommand,
    EndOfInput,
}

/// <param name="Text">Without quotes and escapes; empty for the ends.</param>
internal readonly record struct VirshWord(WordKind Kind, string Text);

/// <summary>Where the words of commands come from.</summary>
internal interface IWordSource
{
    /// <exception cref="VirshSyntaxException">A quote is not closed, or a backslash stands last.</exception>
    VirshWord Next();
}

/// <summary>A command line that a shell has split already: one command, its words as they are.</summary>
internal sealed class ArgumentWords(IReadOnlyList<string> arguments) : IWordSource
{
    private int at;

    public VirshWord Next() => at < arguments.Count ? new(WordKind.Word, arguments[at++]) : new(WordKind.EndOfInput, "");
}
