using System.Text.Json;
using Snaptree.Model;
using Snaptree.Qmp;

namespace Snaptree.Drivers.Qemu;

/// <summary>Waits for QEMU's migration, which is how memory leaves and enters it.</summary>
internal static class Migration
{
    /// <exception cref="SnapshotException">It failed, or made no progress for too long.</exception>
    internal static async Task CompleteAsync(
        QemuSettings settings, QmpClient qmp, string action, IProgress<WorkProgress> progress, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(settings.PollInterval, settings.Time);
        var last = default(WorkProgress);
        var moved = settings.Time.GetTimestamp();
        while (true)
        {
            var state = await qmp.ExecuteAsync("query-migrate", ct: cancellationToken);
            var status = Status(state);
            if (status == "completed")
            {
                return;
            }

            if (status is "failed" or "cancelled")
            {
                throw Failed(action, status, state);
            }

            if (Progress(state) is { } now && now != last)
            {
                (last, moved) = (now, settings.Time.GetTimestamp());
                progress.Report(now);
            }

            if (settings.Time.GetElapsedTime(moved) > settings.StallDeadline)
            {
                throw new SnapshotException(
                    ErrorCode.OperationTimeout, $"QEMU makes no progress (trying to {action})", "Look at the storage and try again.");
            }

            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }

    /// <summary>Stops a migration that runs, and waits for its end. Nothing happens when there is none.</summary>
    internal static async Task CancelAsync(QemuSettings settings, QmpClient qmp, CancellationToken cancellationToken)
    {
        var started = settings.Time.GetTimestamp();
        using var timer = new PeriodicTimer(settings.PollInterval, settings.Time);
        while (Status(await qmp.ExecuteAsync("query-migrate", ct: cancellationToken)) is not ("none" or "completed" or "failed" or "cancelled"))
        {
            if (settings.Time.GetElapsedTime(started) > settings.ProcessDeadline)
            {
                throw new SnapshotException(
                    ErrorCode.OperationTimeout, "QEMU does not stop saving its memory", "Look at the storage; then recover the domain.");
            }

            await qmp.ExecuteAsync("migrate_cancel", ct: cancellationToken);
            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }

    private static string Status(JsonElement state) => state.TryGetProperty("status", out var status) ? status.GetString()! : "none";

    private static WorkProgress? Progress(JsonElement state) =>
        state.TryGetProperty("ram", out var ram)
            ? new WorkProgress(ram.GetProperty("total").GetInt64() - ram.GetProperty("remaining").GetInt64(), ram.GetProperty("total").GetInt64())
            : null;

    private static SnapshotException Failed(string action, string status, JsonElement state)
    {
        var words = state.TryGetProperty("error-desc", out var text) ? text.GetString()! : status;
        return new SnapshotException(
            ErrorCode.OperationFailed, $"QEMU could not {action}: {words}", "Look at the free space and the domain's log; nothing was changed.")
        {
            Foreign = new ForeignError("QEMU", $"migration {status}", state.GetRawText()),
        };
    }
}
