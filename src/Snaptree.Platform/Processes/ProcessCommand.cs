namespace Snaptree.Platform;

/// <summary>A program to run, with its arguments as the program gets them: no shell reads them.</summary>
/// <param name="FileName">A path, or a name looked up in <c>PATH</c>.</param>
/// <param name="Arguments">The arguments after the program's own name.</param>
public sealed record ProcessCommand(string FileName, IReadOnlyList<string> Arguments)
{
    /// <summary>How long it may run; <see cref="Timeout.InfiniteTimeSpan"/> for work whose length is not ours to judge.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// Called while the program runs with each piece of standard output that ends in a line feed or a carriage return (without
    /// it; empty pieces are left out), and with the unfinished last one. Calls follow each other, never overlap, and hold up the
    /// reading. An exception from it stops the program and reaches the caller.
    /// </summary>
    public Action<string>? OnOutput { get; init; }

    /// <summary>Text for standard input, sent as UTF-8; null means <c>/dev/null</c>.</summary>
    public string? StandardInput { get; init; }

    /// <summary>The command line quoted for a shell, so that a reader of an error can repeat it.</summary>
    public override string ToString() => string.Join(' ', Arguments.Prepend(FileName).Select(Quote));

    private static string Quote(string word) =>
        word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || "-_./:=,@%+".Contains(c))
            ? word
            : $"'{word.Replace("'", "'\\''")}'";
}

/// <summary>How a program ended.</summary>
/// <param name="ExitCode">Its exit status; 128 plus the signal's number when a signal ended it, as shells count.</param>
/// <param name="StandardOutput">All it printed there, read as UTF-8.</param>
/// <param name="StandardError">All it printed there, read as UTF-8.</param>
public sealed record ProcessResult(int ExitCode, string StandardOutput, string StandardError);
