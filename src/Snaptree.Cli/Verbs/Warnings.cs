using Snaptree.Cli.Text;
using Snaptree.Model;

namespace Snaptree.Cli.Verbs;

/// <summary>Errors that do not stop a look-up: what could be read is shown, and this says what could not.</summary>
internal static class Warnings
{
    public static void Write(CommandShell shell, SnapshotException error) =>
        shell.Say($"warning: {SafeText.Line(error.Message)}. {SafeText.Line(error.Remedy)}");
}
