using System.CommandLine;
using Snaptree.Drivers.Qemu;
using Snaptree.Platform;

namespace Snaptree.Cli.Verbs;

/// <summary>
/// <c>snaptree thaw-guard</c>: not for people. <c>create --quiesce</c> starts it, so that somebody thaws the guest if that process is killed.
/// </summary>
internal static class ThawGuardVerb
{
    public const string Name = "thaw-guard";

    public static Command Build(TimeProvider time)
    {
        var socket = new Argument<string>("SOCKET") { Description = "Socket of the guest's agent." };
        var pid = new Argument<int>("PID") { Description = "The process to watch." };
        var ticks = new Argument<long>("START-TICKS") { Description = "When it was started." };
        var seconds = new Argument<int>("SECONDS") { Description = "How long it may hold the guest frozen." };
        var command = new Command(Name, "Thaw a guest when another process has ended.") { socket, pid, ticks, seconds };
        command.Hidden = true;
        command.SetAction(async (parse, cancellationToken) =>
            await new ThawGuard(parse.GetRequiredValue(socket), time).RunAsync(
                new ProcessIdentity(parse.GetRequiredValue(pid), parse.GetRequiredValue(ticks)),
                TimeSpan.FromSeconds(parse.GetRequiredValue(seconds)), cancellationToken)
                ? 0
                : Edge.ExitCodes.Failure);
        return command;
    }
}
