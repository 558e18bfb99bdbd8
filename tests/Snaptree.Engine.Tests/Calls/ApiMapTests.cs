using System.Reflection;
using System.Text.RegularExpressions;
using Snaptree.TestKit;

namespace Snaptree.Engine.Tests.Calls;

/// <summary>docs/api-map.md against the code: no call of the library is missing there, and none is named that does not exist.</summary>
public sealed partial class ApiMapTests
{
    private static readonly Type[] Classes = [typeof(DomainCalls), typeof(SnapshotCalls), typeof(VmStateCalls)];

    /// <summary>The snapshot calls of libvirt's public header, as of 12.8.</summary>
    private static readonly string[] LibvirtSnapshotCalls =
    [
        "virDomainSnapshotCreateXML", "virDomainSnapshotGetXMLDesc", "virDomainSnapshotNum", "virDomainSnapshotListNames",
        "virDomainListAllSnapshots", "virDomainSnapshotNumChildren", "virDomainSnapshotListChildrenNames", "virDomainSnapshotListAllChildren",
        "virDomainSnapshotLookupByName", "virDomainHasCurrentSnapshot", "virDomainSnapshotCurrent", "virDomainSnapshotGetParent",
        "virDomainSnapshotIsCurrent", "virDomainSnapshotHasMetadata", "virDomainRevertToSnapshot", "virDomainSnapshotDelete",
        "virDomainSnapshotRef", "virDomainSnapshotFree", "virDomainSnapshotGetName", "virDomainSnapshotGetDomain", "virDomainSnapshotGetConnect",
    ];

    private static string Map { get; } = File.ReadAllText($"{GuestImage.RepositoryRoot()}/docs/api-map.md");

    [Fact]
    public void Every_call_of_the_library_stands_in_the_map() =>
        Assert.All(Methods(), method => Assert.Contains($"`{method}`", Map));

    [Fact]
    public void Every_call_that_the_map_names_exists()
    {
        var named = Ours().Matches(Map).Select(match => match.Groups[1].Value).ToHashSet();
        Assert.NotEmpty(named);
        Assert.Empty(named.Except(Methods()));
    }

    [Fact]
    public void Every_snapshot_call_of_libvirt_stands_in_the_map() =>
        Assert.All(LibvirtSnapshotCalls, call => Assert.Contains($"`{call}`", Map));

    private static HashSet<string> Methods() =>
        [.. Classes.SelectMany(one => one.GetMethods(BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly).Select(method => $"{one.Name}.{method.Name}"))];

    [GeneratedRegex(@"`((?:Domain|Snapshot|VmState)Calls\.\w+)`")]
    private static partial Regex Ours();
}
