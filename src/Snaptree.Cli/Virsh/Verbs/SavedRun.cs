using Snaptree.Model;

namespace Snaptree.Cli.Virsh;

/// <summary>Whether a saved domain runs when it is restored.</summary>
internal static class SavedRun
{
    public static readonly VirshOption Running = VirshOption.Flag("running", "the restored domain runs");

    public static readonly VirshOption Paused = VirshOption.Flag("paused", "the restored domain is paused");

    public static SaveRestoreFlags FlagsOf(VirshCall call) =>
        call.When(Running, SaveRestoreFlags.Running) | call.When(Paused, SaveRestoreFlags.Paused);
}
