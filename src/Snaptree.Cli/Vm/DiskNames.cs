using Snaptree.Model;

namespace Snaptree.Cli.Vm;

/// <summary>Target names in the order of the disks, as the guest will count them: vda, vdb, … per bus.</summary>
internal static class DiskNames
{
    public static IEnumerable<DiskTarget> For(IEnumerable<DiskBus> buses)
    {
        var counts = new Dictionary<string, int>();
        foreach (var bus in buses)
        {
            var prefix = bus switch
            {
                DiskBus.Ide => "hd",
                DiskBus.Sata => "sd",
                _ => "vd",
            };
            var number = counts.GetValueOrDefault(prefix);
            counts[prefix] = number + 1;
            yield return new(prefix + Letters(number));
        }
    }

    /// <summary>a … z, aa, ab, …</summary>
    private static string Letters(int number) =>
        number < 26 ? ((char)('a' + number)).ToString() : Letters((number / 26) - 1) + Letters(number % 26);
}
