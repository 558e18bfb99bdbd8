namespace Snaptree.Cli.Virsh;

/// <summary>
/// What virsh writes: results always, extras unless <c>-q</c>, errors on standard error. Nothing here ends a line by itself except errors.
/// </summary>
internal sealed class VirshOutput(TextWriter output, TextWriter error, bool isQuiet, bool isUnicode)
{
    public bool IsQuiet => isQuiet;

    /// <summary>The character set has more than ASCII; bytes beyond are shown as <c>\xNN</c> in tables where it has not.</summary>
    public bool IsUnicode => isUnicode;

    /// <summary>What was asked for.</summary>
    public void Print(string text) => output.Write(text);

    /// <summary>What is said besides; nothing with <c>-q</c>.</summary>
    public void Extra(string text)
    {
        if (!isQuiet)
        {
            output.Write(text);
        }
    }

    /// <summary>Progress and questions: standard error, no line of its own.</summary>
    public void Aside(string text)
    {
        output.Flush();
        error.Write(text);
        error.Flush();
    }

    public void Error(string message)
    {
        output.Flush();
        error.Write($"error: {message}\n");
        error.Flush();
    }

    /// <summary>As <see cref="Error"/>; nothing for null.</summary>
    public void ErrorUnlessSilent(string? message)
    {
        if (message is not null)
        {
            Error(message);
        }
    }

    /// <summary>A line <c>Label:   value</c>, the value in column 17.</summary>
    public void Labelled(string label, string value) => Print($"{label + ":",-15} {value}\n");
}
