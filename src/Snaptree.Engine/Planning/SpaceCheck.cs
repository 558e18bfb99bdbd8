using System.Globalization;
using Snaptree.Drivers;
using Snaptree.Model;

namespace Snaptree.Engine;

/// <summary>
/// Refuses a plan that may run out of room half-way. What it needs is an upper bound and is added up per file system, because two
/// folders of one share its room.
/// </summary>
internal static class SpaceCheck
{
    private const double Mib = 1 << 20;

    /// <exception cref="SnapshotException"><see cref="ErrorCode.OperationFailed"/>: a file system has less free than the plan may need.</exception>
    internal static void RefuseTooLittle(Plan plan, IImageStore store, string domain)
    {
        foreach (var needs in plan.Costs.Space.GroupBy(need => store.FileSystemOf(need.Folder)))
        {
            var (needed, free) = (needs.Sum(need => need.NeededBytes), store.FreeBytes(needs.First().Folder));
            if (needed > free)
            {
                throw new SnapshotException(
                    ErrorCode.OperationFailed,
                    $"'{plan.Title}' may need {Up(needed)} MiB in the file system of {string.Join(" and ", needs.Select(need => need.Folder).Distinct())}, "
                    + $"and {Down(free)} MiB are free",
                    $"Make room for {Up(needed - free)} MiB more there, then try again; nothing was changed.")
                { Domain = domain };
            }
        }
    }

    private static string Up(long bytes) => Math.Ceiling(bytes / Mib).ToString(CultureInfo.InvariantCulture);

    private static string Down(long bytes) => Math.Floor(bytes / Mib).ToString(CultureInfo.InvariantCulture);
}
