using System.Text;

namespace Snaptree.Cli.Virsh;

/// <summary>
/// Commands in one text. Blanks and tabs part words; a semicolon or a line break ends a command; <c>#</c> at the beginning of a word starts a
/// comment to the end of the line. Single quotes keep everything (and need not be closed), double quotes keep all but the backslash,
/// a backslash keeps the next character and takes away a line break.
/// </summary>
internal sealed class TextWords(string text) : IWordSource
{
    private int at;

    private char? Here => at < text.Length ? text[at] : null;

    public VirshWord Next()
    {
        SkipBlanks();
        switch (Here)
        {
            case null:
                return new(WordKind.EndOfInput, "");
            case ';' or '\n':
                at++;
                return new(WordKind.EndOfCommand, "");
            case '#':
                at = text.IndexOf('\n', at) is var end && end < 0 ? text.Length : end + 1;
                return new(WordKind.EndOfCommand, "");
            default:
                return new(WordKind.Word, ReadWord());
        }
    }

    private void SkipBlanks()
    {
        while (Here is ' ' or '\t' || (Here is '\\' && at + 1 < text.Length && text[at + 1] == '\n'))
        {
            at += Here is '\\' ? 2 : 1;
        }
    }

    private string ReadWord()
    {
        var word = new StringBuilder();
        var isQuoted = false;
        while (Here is { } character && (isQuoted || character is not (' ' or '\t' or ';' or '\n')))
        {
            at++;
            if (character == '"')
            {
                isQuoted = !isQuoted;
            }
            else if (character == '\'' && !isQuoted)
            {
                word.Append(ReadUntilQuote());
            }
            else if (character == '\\')
            {
                AppendEscaped(word);
            }
            else
            {
                word.Append(character);
            }
        }

        return isQuoted ? throw new VirshSyntaxException("missing \"") : word.ToString();
    }

    private string ReadUntilQuote()
    {
        var start = at;
        var end = text.IndexOf('\'', at) is var quote && quote < 0 ? text.Length : quote;
        at = Math.Min(end + 1, text.Length);
        return text[start..end];
    }

    private void AppendEscaped(StringBuilder word)
    {
        var escaped = Here ?? throw new VirshSyntaxException("dangling \\");
        at++;
        if (escaped != '\n')
        {
            word.Append(escaped);
        }
    }
}
