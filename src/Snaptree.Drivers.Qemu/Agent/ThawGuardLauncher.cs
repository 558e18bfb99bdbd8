using System.Globalization;
using Snaptree.Model;
using Snaptree.Platform;

namespace Snaptree.Drivers.Qemu;

/// <summary>Starts the guard of a freeze, and ends it.</summary>
internal sealed class ThawGuardLauncher(QemuSettings settings, IDetachedProcessLauncher launcher)
{
    /// <summary>Returns when a guard watches over us; the mark of the freeze is set then, by the guard itself.</summary>
    /// <exception cref="SnapshotException"><see cref="ErrorCode.OperationFailed"/>: it does not come up. <see cref="ErrorCode.System"/>: it cannot be started.</exception>
    internal async Task StartAsync(QemuInstance instance, CancellationToken cancellationToken)
    {
        var mark = new FreezeMark(instance.AgentSocket);
        try
        {
            if (settings.ThawGuard is not { } command)
            {
                await mark.SetAsync(guard: null, cancellationToken);
                return;
            }

            var guard = await launcher.StartAsync(Command(command, instance), instance.ThawGuardLog, cancellationToken);
            await WaitAsync(mark, guard, instance, cancellationToken);
        }
        catch (ProgramNotFoundException error)
        {
            throw QemuErrors.From(error);
        }
        catch (FileOperationException error)
        {
            throw QemuErrors.From(error, "start the process that thaws the guest when this one cannot");
        }
    }

    /// <summary>The guest is thawed: nobody needs to watch any more.</summary>
    internal async Task EndAsync(QemuInstance instance)
    {
        var mark = new FreezeMark(instance.AgentSocket);
        var guard = mark.ReadGuard();
        mark.Clear();
        if (guard is not null)
        {
            await guard.KillAsync(settings.ProcessDeadline, CancellationToken.None);
        }
    }

    private ProcessCommand Command(ThawGuardCommand command, QemuInstance instance)
    {
        var self = ProcessIdentity.Find(Environment.ProcessId)!;
        return new ProcessCommand(
            command.Program,
            [
                .. command.Arguments, instance.AgentSocket, Number(self.Pid), Number(self.StartTicks),
                Number((long)Math.Ceiling(settings.ThawGuardDeadline.TotalSeconds)),
            ]);
    }

    private async Task WaitAsync(FreezeMark mark, ProcessIdentity guard, QemuInstance instance, CancellationToken cancellationToken)
    {
        var started = settings.Time.GetTimestamp();
        using var timer = new PeriodicTimer(settings.PollInterval, settings.Time);
        while (!mark.Exists)
        {
            if (!guard.IsAlive || settings.Time.GetElapsedTime(started) > settings.ProcessDeadline)
            {
                await guard.KillAsync(settings.ProcessDeadline, CancellationToken.None);
                throw new SnapshotException(
                    ErrorCode.OperationFailed, "the process that would thaw the guest if this one dies does not come up",
                    "See what it says; the guest was not frozen.")
                { Foreign = new ForeignError("thaw guard", "start", LogFile.ReadFrom(instance.ThawGuardLog, 0).Trim()) };
            }

            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
