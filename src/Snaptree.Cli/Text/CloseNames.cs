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

    /// <summary>Levenshtein's distance, case ignored.</summary>
    private static int Distance(string left, string right)
    {
        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var same = char.ToLowerInvariant(left[i - 1]) == char.ToLowerInvariant(right[j - 1]);
                var best = Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (same ? 0 : 1));
                diagonal = row[j];
                row[j] = best;
            }
        }

        return row[^1];
    }
}
