using System.Globalization;
using Snaptree.Engine;
using Snaptree.Model;

namespace Snaptree.Cli.Virsh;

/// <summary><c>snapshot-list</c>.</summary>
internal static class SnapshotListVerb
{
    private static readonly VirshOption Parent = VirshOption.Flag("parent", "show the parent too");
    private static readonly VirshOption Roots = VirshOption.Flag("roots", "only those without parent");
    private static readonly VirshOption Leaves = VirshOption.Flag("leaves", "only those without children");
    private static readonly VirshOption NoLeaves = VirshOption.Flag("no-leaves", "only those with children");
    private static readonly VirshOption Metadata = VirshOption.Flag("metadata", "only those whose metadata stand in the way of undefine");
    private static readonly VirshOption NoMetadata = VirshOption.Flag("no-metadata", "only those without metadata");
    private static readonly VirshOption Inactive = VirshOption.Flag("inactive", "only those of the domain shut off");
    private static readonly VirshOption Active = VirshOption.Flag("active", "only those of the running domain, memory included");
    private static readonly VirshOption DiskOnly = VirshOption.Flag("disk-only", "only those of the running domain's disks");
    private static readonly VirshOption Internal = VirshOption.Flag("internal", "only those inside the images");
    private static readonly VirshOption External = VirshOption.Flag("external", "only those in files of their own");
    private static readonly VirshOption Tree = VirshOption.Flag("tree", "as a tree");
    private static readonly VirshOption From = VirshOption.Text("from", "only the children of this snapshot");
    private static readonly VirshOption Current = VirshOption.Flag("current", "only the children of the current snapshot");
    private static readonly VirshOption Descendants = VirshOption.Flag("descendants", "with --from or --current: all below it");
    private static readonly VirshOption Name = VirshOption.Flag("name", "only the names");
    private static readonly VirshOption Topological = VirshOption.Flag("topological", "parents before children instead of by name");

    public static VirshVerb Build() => new(
        "snapshot-list", VirshGroup.Snapshot, "List snapshots for a domain",
        [
            Targets.Domain, Parent, Roots, Leaves, NoLeaves, Metadata, NoMetadata, Inactive, Active, DiskOnly, Internal, External, Tree, From,
            Current, Descendants, Name, Topological,
        ],
        RunAsync)
    { Description = "List a domain's snapshots" };

    private static async Task RunAsync(VirshCall call, CancellationToken cancellationToken)
    {
        RefuseContradictions(call);
        var flags = FlagsOf(call);
        var domain = await Targets.DomainAsync(call, cancellationToken);
        var start = StartOf(call, domain);
        var listed = start is { } from ? call.Snapshots.ListAllChildren(from, flags) : call.Snapshots.ListAll(domain, flags);
        var ordered = call.Has(Topological) ? listed : [.. listed.Order(NameOrder.OfSnapshots)];
        if (call.Has(Tree))
        {
            PrintTree(call, start, ordered);
        }
        else if (call.Has(Name))
        {
            PrintNames(call, ordered);
        }
        else
        {
            PrintTable(call, ordered);
        }
    }

    private static void RefuseContradictions(VirshCall call)
    {
        foreach (var (one, other) in new[] { (Tree, Name), (Parent, Roots), (Parent, Tree), (Roots, Tree), (Roots, From), (Roots, Current) })
        {
            call.Exclude(one, other);
        }

        foreach (var filter in new[] { Leaves, NoLeaves, Inactive, Active, DiskOnly, Internal, External }.Where(filter => call.Has(filter) && call.Has(Tree)))
        {
            throw new VirshFailureException($"--{filter.Name} and --tree are mutually exclusive");
        }
    }

    private static SnapshotListFlags FlagsOf(VirshCall call) =>
        call.When(Roots, SnapshotListFlags.Roots) | call.When(Descendants, SnapshotListFlags.Descendants)
        | call.When(Leaves, SnapshotListFlags.Leaves) | call.When(NoLeaves, SnapshotListFlags.NoLeaves)
        | call.When(Metadata, SnapshotListFlags.Metadata) | call.When(NoMetadata, SnapshotListFlags.NoMetadata)
        | call.When(Inactive, SnapshotListFlags.Inactive) | call.When(Active, SnapshotListFlags.Active)
        | call.When(DiskOnly, SnapshotListFlags.DiskOnly) | call.When(Internal, SnapshotListFlags.Internal)
        | call.When(External, SnapshotListFlags.External) | call.When(Topological, SnapshotListFlags.Topological);

    /// <summary>The snapshot whose children are listed; null for all of the domain.</summary>
    private static SnapshotHandle? StartOf(VirshCall call, DomainHandle domain)
    {
        var name = call.Text(From);
        if (name is not null && call.Has(Current))
        {
            throw new VirshFailureException("--from and --current are mutually exclusive");
        }

        if (call.Has(Descendants) && name is null && !call.Has(Current))
        {
            throw new VirshFailureException("--descendants requires either --from or --current");
        }

        return name is not null ? call.Snapshots.LookupByName(domain, name)
            : call.Has(Current) ? call.Snapshots.Current(domain)
            : null;
    }

    private static void PrintTree(VirshCall call, SnapshotHandle? start, IReadOnlyList<SnapshotHandle> ordered)
    {
        var parents = ordered.ToDictionary(snapshot => snapshot.Name, snapshot => SnapshotParentVerb.Find(call, snapshot));
        if (start is { } root)
        {
            parents[root.Name] = null;
        }

        List<string> names = [.. (start is { } top ? ordered.Prepend(top) : ordered).Select(snapshot => snapshot.Name)];
        new VirshTree(names, name => parents[name]).Print(call.Output);
    }

    private static void PrintNames(VirshCall call, IReadOnlyList<SnapshotHandle> ordered)
    {
        foreach (var snapshot in ordered)
        {
            var parent = call.Has(Parent) ? SnapshotParentVerb.Find(call, snapshot) : null;
            call.Output.Print(parent is null ? $"{snapshot.Name}\n" : $"{snapshot.Name}\t{parent}\n");
        }
    }

    private static void PrintTable(VirshCall call, IReadOnlyList<SnapshotHandle> ordered)
    {
        var withParent = call.Has(Parent);
        var table = new VirshTable(withParent ? ["Name", "Creation Time", "State", "Parent"] : ["Name", "Creation Time", "State"]);
        foreach (var snapshot in ordered)
        {
            var facts = SnapshotXmlText.Facts(SnapshotXmlText.Read(call, snapshot, withSecrets: false));
            string[] cells = [snapshot.Name, Time(call, facts.CreatedAt ?? DateTimeOffset.UnixEpoch), facts.State];
            table.Add(withParent ? [.. cells, facts.Parent ?? ""] : cells);
        }

        table.Print(call.Output);
    }

    /// <summary>As <c>strftime</c> writes <c>%Y-%m-%d %H:%M:%S %z</c>, in the local zone.</summary>
    private static string Time(VirshCall call, DateTimeOffset moment)
    {
        var local = TimeZoneInfo.ConvertTime(moment, call.Session.Time.LocalTimeZone);
        return local.ToString("yyyy-MM-dd HH:mm:ss ", CultureInfo.InvariantCulture) + local.ToString("zzz", CultureInfo.InvariantCulture).Replace(":", "");
    }
}
