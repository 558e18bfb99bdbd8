using System.Globalization;
using Snaptree.Model;
using Snaptree.Platform;

namespace Snaptree.Drivers.Qemu;

/// <summary>
/// The one place that runs <c>qemu-img</c>. Every call takes QEMU's image locks: an image that a running QEMU has open is refused by
/// the tool itself.
/// </summary>
internal sealed class QemuImg(QemuSettings settings, IProcessRunner processes)
{
    /// <param name="action">What is being done, in the infinitive, for error messages.</param>
    internal async Task RunAsync(
        string action, IReadOnlyList<string> arguments, CancellationToken cancellationToken, Action<string>? onOutput = null)
    {
        // Copying takes as long as it takes; a tool that hangs is the user's to cancel, everything short has the default deadline.
        var command = new ProcessCommand(settings.ImageTool, arguments) { OnOutput = onOutput };
        command = onOutput is null ? command : command with { Deadline = Timeout.InfiniteTimeSpan };
        try
        {
            var result = await processes.RunAsync(command, cancellationToken);
            if (result.ExitCode != 0)
            {
                throw new ExternalCommandException(command, result);
            }
        }
        catch (ExternalCommandException error)
        {
            throw QemuErrors.From(error, action);
        }
        catch (ProgramNotFoundException error)
        {
            throw QemuErrors.From(error);
        }
        catch (ProcessDeadlineException error)
        {
            throw QemuErrors.From(error, action);
        }
    }

    /// <summary>Runs a copying command with <c>-p</c> and passes on its percentage as bytes of <paramref name="totalBytes"/>.</summary>
    internal Task CopyAsync(
        string action, IReadOnlyList<string> arguments, long totalBytes, IProgress<WorkProgress> progress, CancellationToken cancellationToken) =>
        RunAsync(action, arguments, cancellationToken, text =>
        {
            if (Percentage(text) is { } percent)
            {
                progress.Report(new WorkProgress((long)(totalBytes * percent / 100), totalBytes));
            }
        });

    internal static string Format(ImageFormat format) => BlockNodes.Driver(format);

    private static double? Percentage(string text)
    {
        var open = text.IndexOf('(');
        var slash = text.IndexOf('/');
        return open >= 0 && slash > open
            && double.TryParse(text.AsSpan(open + 1, slash - open - 1), NumberStyles.Float, CultureInfo.InvariantCulture, out var percent)
            ? percent
            : null;
    }
}
