using Snaptree.Model;
using Snaptree.Platform;
using Snaptree.Qmp;

namespace Snaptree.Drivers.Qemu;

/// <summary>Turns what QEMU, its tools and the system say into the product's one error, keeping their words whole.</summary>
internal static class QemuErrors
{
    internal static SnapshotException From(QmpException error, string action, string domain) =>
        error switch
        {
            QmpCommandException refused => new SnapshotException(
                ErrorCode.OperationFailed,
                $"QEMU refused to {action}: {refused.Description}",
                "See what QEMU says; the domain's log has more.",
                error)
            {
                Domain = domain,
                Foreign = new ForeignError("QEMU", refused.Class, refused.RawReply),
            },
            QmpTimeoutException => new SnapshotException(
                ErrorCode.OperationTimeout,
                $"QEMU lives but does not answer (while trying to {action}): {error.Message}",
                $"Wait and try again, or end it with 'snaptree vm destroy {domain}'.",
                error)
            {
                Domain = domain,
            },
            _ => new SnapshotException(
                ErrorCode.OperationFailed,
                $"the connection to QEMU ended (while trying to {action}): {error.Message}",
                "QEMU has probably ended; look at the domain's state and log.",
                error)
            {
                Domain = domain,
            },
        };

    /// <param name="words">What QEMU wrote to its log meanwhile.</param>
    internal static SnapshotException Ended(QmpConnectionException error, string action, string domain, string words) =>
        new(
            ErrorCode.OperationFailed,
            $"QEMU ended (while trying to {action}){(words.Length > 0 ? $": {LastLine(words)}" : "")}",
            "The guest's memory is lost, its disks are as it had written them; see the domain's log before starting it again.",
            error)
        {
            Domain = domain,
            Foreign = words.Length > 0 ? new ForeignError("QEMU", "end", words) : null,
        };

    internal static SnapshotException From(ExternalCommandException error, string action) =>
        new(
            ErrorCode.OperationFailed,
            $"{Path.GetFileName(error.FileName)} could not {action}: {FirstLine(error.StandardError)}",
            "See what it says; nothing else was changed by this step.",
            error)
        {
            Foreign = new ForeignError(Path.GetFileName(error.FileName), $"exit code {error.ExitCode}", error.StandardError.Trim()),
        };

    internal static SnapshotException From(FileOperationException error, string action) =>
        new(
            ErrorCode.System,
            $"cannot {action}: {error.Message}",
            error.IsNoSpace ? "Make room and try again." : error.IsAccessDenied ? "Run as a user who may do this." : "See what the system says.",
            error)
        {
            Foreign = new ForeignError("system", $"errno {error.Errno}", error.ErrorText),
        };

    internal static SnapshotException From(ProgramNotFoundException error) =>
        new(
            ErrorCode.System,
            $"the program {error.Program} is not installed",
            "Install it (Debian and Ubuntu: qemu-system-x86 and qemu-utils).",
            error);

    internal static SnapshotException From(ProcessDeadlineException error, string action) =>
        new(
            ErrorCode.OperationTimeout,
            $"{Path.GetFileName(error.Command.FileName)} did not finish in time (to {action})",
            "The storage may hang; look at it and try again.",
            error)
        {
            Foreign = new ForeignError(Path.GetFileName(error.Command.FileName), "deadline", error.StandardError.Trim()),
        };

    private static string LastLine(string text) => text.Split('\n')[^1];

    private static string FirstLine(string text) => text.Trim().Split('\n')[0];
}
