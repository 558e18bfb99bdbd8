using System.Globalization;
using Snaptree.Drivers.Qemu;
using Snaptree.Platform;
using Snaptree.TestKit;

namespace Snaptree.Engine.Tests.Quiesce;

/// <summary>What other processes of ours do in the tests of quiesced snapshots.</summary>
internal static class QuiesceRoles
{
    internal static ThawGuardCommand Guard { get; } = new(Program.Path, ["--role", "thaw-guard"]);

    /// <summary>The guard, as the command itself plays it.</summary>
    internal static async Task<int> GuardAsync(string socket, string pid, string ticks, string seconds)
    {
        var watched = new ProcessIdentity(int.Parse(pid, CultureInfo.InvariantCulture), long.Parse(ticks, CultureInfo.InvariantCulture));
        return await new ThawGuard(socket, TimeProvider.System).RunAsync(
            watched, TimeSpan.FromSeconds(int.Parse(seconds, CultureInfo.InvariantCulture)), CancellationToken.None) ? 0 : 1;
    }

    /// <summary>Takes a quiesced snapshot and, with the guest frozen, says so and stands still until it is killed.</summary>
    internal static async Task<int> FreezeAndWaitAsync(string folder)
    {
        var lab = EngineLab.Join(folder, new StandStill(), settings => settings with { ThawGuard = Guard });
        await lab.CreateAsync(AgentLab.Name, "s1", request => request with { DiskOnly = true, Quiesce = true });
        return 1;
    }

    private sealed class StandStill : IDurablePoints
    {
        private int intents;

        /// <summary>The steps are: make the overlay, open it, freeze, switch.</summary>
        public void Reached(DurablePoint point)
        {
            if (point.Name == "intent" && ++intents == 4)
            {
                Console.WriteLine("frozen");
                using var never = new ManualResetEventSlim();
                never.Wait();
            }
        }
    }
}
