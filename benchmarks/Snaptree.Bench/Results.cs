namespace Snaptree.Bench;

internal enum Contestant
{
    Ours,
    Peer,
}

/// <summary>What was measured, in milliseconds, in the order first seen.</summary>
internal sealed class Results
{
    private readonly List<string> order = [];
    private readonly Dictionary<(string What, Contestant Who), List<double>> times = [];
    private readonly Dictionary<(string What, Contestant Who), string> missing = [];

    public bool HasFailures { get; private set; }

    public void Add(string what, Contestant who, TimeSpan time)
    {
        Mention(what);
        if (!times.TryGetValue((what, who), out var list))
        {
            times[(what, who)] = list = [];
        }

        list.Add(time.TotalMilliseconds);
    }

    /// <summary>A peer that cannot is a result; we that cannot are a failure.</summary>
    public void Miss(string what, Contestant who, string reason)
    {
        Mention(what);
        missing[(what, who)] = reason.ReplaceLineEndings(" ").Trim();
        HasFailures |= who == Contestant.Ours;
    }

    public IEnumerable<string> Table()
    {
        yield return "| measured, ms (median) | Snaptree | libvirt | ours/peer |";
        yield return "|---|---:|---:|---:|";
        foreach (var what in order)
        {
            var (ours, peer) = (Median(what, Contestant.Ours), Median(what, Contestant.Peer));
            yield return $"| {what} | {Show(what, Contestant.Ours)} | {Show(what, Contestant.Peer)} | {(ours is null || peer is null ? "" : $"{ours / peer:0.00}")} |";
        }

        foreach (var (key, reason) in missing)
        {
            yield return $"\n{key.What}, {key.Who}: {reason}";
        }
    }

    private void Mention(string what)
    {
        if (!order.Contains(what))
        {
            order.Add(what);
        }
    }

    private string Show(string what, Contestant who) =>
        Median(what, who) is { } median ? $"{median:0.0}" : missing.ContainsKey((what, who)) ? "could not" : "–";

    private double? Median(string what, Contestant who)
    {
        if (!times.TryGetValue((what, who), out var list))
        {
            return null;
        }

        var sorted = list.Order().ToList();
        return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }
}
