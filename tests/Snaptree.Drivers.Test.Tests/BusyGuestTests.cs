using Snaptree.Engine;
using Snaptree.Model;
using Snaptree.TestKit;

namespace Snaptree.Drivers.Test.Tests;

/// <summary>
/// A guest that works at every instant at which it runs: it counts in its memory and writes the count to both disks. So a snapshot must hold
/// one count three times, and whatever a guest has written last is there, whoever dies.
/// </summary>
public sealed class BusyGuestTests
{
    public static TheoryData<string> Operations => DeathMatrixTests.Operations;

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task Not_one_write_is_lost_or_torn_when_the_engine_is_stopped_anywhere(string operation) =>
        await EveryPointAsync(operation, guestDies: false);

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task Not_one_write_is_lost_or_torn_when_the_guest_dies_too(string operation) =>
        await EveryPointAsync(operation, guestDies: true);

    private static async Task EveryPointAsync(string operation, bool guestDies)
    {
        var one = OperationCases.All[operation];
        await using var lab = await one.PreparedAsync();
        var before = lab.RestorePoints();
        var isStopped = true;
        for (var point = 1; isStopped; point++)
        {
            var (clock, work) = (new CrashClock(point), new Work(lab));
            lab.BeginAgain(new Busy(work, clock));
            isStopped = await Record.ExceptionAsync(() => one.Act(lab)) is StoppedAtDurablePointException;
            if (guestDies)
            {
                lab.KillAll();
            }

            lab.Reopen(new Busy(work, new CrashClock(0)));
            await lab.RecoverAsync();
            await ExpectWholeAsync(lab, one, work, before, $"{operation}, stopped at {(isStopped ? clock.Passed[^1] : "no point")}");
        }
    }

    private static async Task ExpectWholeAsync(TestLab lab, OperationCase one, Work work, IReadOnlyCollection<string> before, string where)
    {
        var faults = await lab.FaultsAsync();
        Assert.True(faults.IsEmpty, $"{where}: {string.Join(", ", faults)}");
        Assert.True(work.Torn is null, $"{where}: {work.Torn}");
        foreach (var snapshot in lab.Engine.Catalogue.LoadTree(lab.Domain.Uuid).All)
        {
            if (before.Any(line => line.StartsWith($"snapshot {snapshot.Name} ", StringComparison.Ordinal)))
            {
                Assert.True(lab.ContentsOf(snapshot).All(before.Contains), $"{where}: the bytes of {snapshot.Name} changed");
                continue;
            }

            var counts = Work.CountsOf(lab, snapshot);
            Assert.True(counts.Distinct().Count() == 1, $"{where}: snapshot {snapshot.Name} holds {string.Join(", ", counts)}");
        }

        // A process that never ran has left what it was given: the disks of the snapshot, or of the process before it.
        var disks = Work.DisksOf(lab);
        Assert.True(disks[0] == disks[1], $"{where}: the disks hold {disks[0]} and {disks[1]}");
        var wentBackInPlace = one is { IsInternal: true, RevertsTo: not null };
        if (!wentBackInPlace && lab.Domain.Instance is { } instance && work.LastOf(instance) is { } last)
        {
            Assert.True(disks[0] == (byte)last, $"{where}: the guest wrote {(byte)last} last, the disks hold {disks[0]}");
        }
    }

    /// <summary>What the guests have done.</summary>
    private sealed class Work(TestLab lab)
    {
        private const long Block = TestLab.Blocks - 1;
        private readonly Dictionary<InstanceId, long> last = [];

        /// <summary>What a guest noticed that remembers something else than stands on its disks; null when none did.</summary>
        internal string? Torn { get; private set; }

        internal static List<byte> DisksOf(TestLab lab) =>
            [.. lab.Domain.ActiveImages.OrderBy(pair => pair.Key).Select(pair => lab.Host.Read(pair.Value).GetValueOrDefault(Block))];

        internal static List<byte> CountsOf(TestLab lab, Snapshot snapshot)
        {
            var disks = snapshot.Disks.Select(disk => lab.Host.Read(
                disk.Image!.Value, disk.Location == SnapshotLocation.Internal ? snapshot.InternalTag : null).GetValueOrDefault(Block));
            var memory = snapshot.MemoryPath is { } path ? lab.Host.SavedCounter(path)
                : snapshot.Memory == MemoryLocation.Internal ? lab.Host.SavedCounter(snapshot.Disks[0].Image!.Value, snapshot.InternalTag)
                : null;
            return memory is { } counter ? [.. disks, (byte)counter] : [.. disks];
        }

        internal long? LastOf(InstanceId instance) => last.TryGetValue(instance, out var count) ? count : null;

        internal void Go()
        {
            foreach (var instance in lab.Host.Instances(lab.Domain.Uuid))
            {
                var guest = lab.Host.Guest(lab.Domain.Uuid, instance);
                // In a guest whose file systems are frozen, whoever writes waits.
                if (guest is { IsRunning: true, IsFrozen: false })
                {
                    var read = (guest.Read("vda", Block), guest.Read("vdb", Block));
                    Torn ??= guest.Counter == 0 || read == ((byte)guest.Counter, (byte)guest.Counter) ? null
                        : $"the guest in {instance} remembers {guest.Counter} and reads {read}";
                    guest.Tick();
                    guest.Write("vda", Block, (byte)guest.Counter);
                    guest.Write("vdb", Block, (byte)guest.Counter);
                    last[instance] = guest.Counter;
                }
            }
        }
    }

    /// <summary>At every durable point the guests have worked before anything else happens.</summary>
    private sealed class Busy(Work work, IDurablePoints clock) : IDurablePoints
    {
        public void Reached(DurablePoint point)
        {
            work.Go();
            clock.Reached(point);
        }
    }
}
