namespace Snaptree.Cli.Text;

/// <summary>Finds what somebody may have meant by a name that does not exist.</summary>
internal static class CloseNames
{
    private const int MostShown = 3;

    /// <summary>Names a few slips away from <paramref name="wanted"/>, or beginning with it; the closest first.</summary>
    public static IReadOnlyList<string> To(string wanted, IEnumerable<string> names)
    {
        var slips = Math.Max(1, wanted.Length / 3);
        return
        [
            .. names.Select(name => (name, distance: Distance(wanted, name)))
                .Where(found => found.distance <= slips || (wanted.Length >= 2 && found.name.StartsWith(wanted, StringComparison.OrdinalIgnoreCase)))
                .OrderBy(found => found.distance).ThenBy(found => found.name, StringComparer.Ordinal)
                .Take(MostShown).Select(found => found.name),
        ];
    }

    /// <summary>A sentence ending in a space, or nothing.</summary>
    public static string Hint(string wanted, IEnumerable<string> names) =>
        To(wanted, names) is { Count: > 0 } close ? $"Did you mean {string.Join(" or ", close.Select(name => $"'{name}'"))}? " : "";

    /// <summary>How many letters were added, left out, changed or swapped with their neighbour; case ignored.</summary>
    private static int Distance(string left, string right)
    {
        (left, right) = (left.ToLowerInvariant(), right.ToLowerInvariant());
        int[] before = [];
        var above = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var row = new int[right.Length + 1];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var changed = above[j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1);
                row[j] = Math.Min(Math.Min(above[j], row[j - 1]) + 1, changed);
                if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1])
                {
                    row[j] = Math.Min(row[j], before[j - 2] + 1);
                }
            }

            (before, above) = (above, row);
        }

        return above[^1];
    }
}
