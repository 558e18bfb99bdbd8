namespace Snaptree.Platform;

/// <summary>The program to run does not exist on this machine: something must be installed.</summary>
public sealed class ProgramNotFoundException(string program)
    : Exception($"the program '{program}' was not found; install the package that provides it, or check PATH")
{
    public string Program { get; } = program;
}

/// <summary>A program ran past its deadline and was ended.</summary>
public sealed class ProcessDeadlineException(ProcessCommand command, string standardOutput, string standardError)
    : Exception($"'{command}' did not end within {command.Deadline.TotalSeconds:0.###} s and was stopped; "
        + $"it had printed: {Printed(standardOutput, standardError)}")
{
    public ProcessCommand Command { get; } = command;

    /// <summary>What it had printed until it ended.</summary>
    public string StandardOutput { get; } = standardOutput;

    public string StandardError { get; } = standardError;

    private static string Printed(string output, string error) =>
        (output + error).Trim() is { Length: > 0 } text ? text : "nothing";
}

/// <summary>
/// A program that had to stop did not end even by SIGKILL, as happens when storage hangs: it may still write. Whoever sees this
/// must not take its work as stopped.
/// </summary>
public sealed class ProcessNotEndedException(ProcessCommand command, int processId)
    : Exception($"'{command}' (process {processId}) does not end, not even by SIGKILL; its storage may hang. "
        + "Wait for it to end before touching its files")
{
    public ProcessCommand Command { get; } = command;

    public int ProcessId { get; } = processId;
}

/// <summary>
/// A program ended with an exit code that its caller counts as failure. The runner itself never throws this: only the caller
/// knows which codes mean what.
/// </summary>
public sealed class ExternalCommandException(ProcessCommand command, ProcessResult result)
    : Exception($"'{command}' failed with exit code {result.ExitCode}: {Said(result)}")
{
    public string FileName { get; } = command.FileName;

    public IReadOnlyList<string> Arguments { get; } = command.Arguments;

    public int ExitCode { get; } = result.ExitCode;

    public string StandardOutput { get; } = result.StandardOutput;

    /// <summary>What it said, whole.</summary>
    public string StandardError { get; } = result.StandardError;

    private static string Said(ProcessResult result) =>
        result.StandardError.Trim() is { Length: > 0 } error ? error
        : result.StandardOutput.Trim() is { Length: > 0 } output ? output
        : "it said nothing";
}
