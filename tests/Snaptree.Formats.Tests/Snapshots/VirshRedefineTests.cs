using Snaptree.Model;

namespace Snaptree.Formats.Tests;

/// <summary>Redefine, as the real virsh does it: the same documents one after the other, the same answer to each.</summary>
public sealed class VirshRedefineTests(TestDriver driver) : IClassFixture<TestDriver>
{
    private const string Time = "<creationTime>5</creationTime>";
    private const string Running = $"<name>a</name><state>running</state>{Time}";

    /// <summary>What <c>domain</c> stands for in a row: the whole domain document.</summary>
    private const string Whole = "<DOMAIN/>";

    public static TheoryData<string[]> Documents
    {
        get
        {
            var data = new TheoryData<string[]>();
            foreach (var one in Single)
            {
                data.Add([one]);
            }

            foreach (var several in Sequences)
            {
                data.Add(several);
            }

            return data;
        }
    }

    private static IEnumerable<string> Single =>
    [
        "", "<name/>", "<name>a</name>", "<name>a</name><state>running</state>", $"<name>a</name>{Time}", $"<name>a</name>{Time}<state/>",
        .. new[] { "z", "5 ", "5.7", "1e3", "0x10", "99999999999999999999", "", " 5", "+5", "-5", "0" }
            .Select(time => $"<name>a</name><state>running</state><creationTime>{time}</creationTime>{Whole}"),
        .. new[] { "odd", "nostate", " running", "running", "blocked", "paused", "shutdown", "crashed", "shutoff", "pmsuspended" }
            .Select(state => $"<name>a</name><state>{state}</state>{Time}{Whole}"),
        State("disk-snapshot", "<disks><disk name='vdb' snapshot='no'/></disks>"),
        State("disk-snapshot", "<memory snapshot='no'/><disks><disk name='vdb' snapshot='no'/></disks>"), State("disk-snapshot", ""),
        Running, $"{Running}<domain/>", $"{Running}<domain><uuid>{TestDriver.Uuid}</uuid></domain>", $"{Running}<domain type=''/>",
        .. new[] { "shutoff", "running" }.SelectMany(state => new[]
        {
            "snapshot='no'", "snapshot='internal'", "file='/m'", "snapshot='external'", "file='rel'", "snapshot='internal' file='rel'",
            "snapshot='manual'", "snapshot='odd'",
        }.Select(memory => State(state, $"<memory {memory}/><disks><disk name='vdb' snapshot='no'/></disks>"))),
        $"{Running}{Whole}<disks><disk/></disks>", $"{Running}{Whole}<disks><disk name='vdq'/></disks>",
        $"{Running}{Whole}<disks><disk name='vda' snapshot='external'><source file='/o'/></disk><disk name='vdb' snapshot='no'/></disks>",
        $"{Running}{Whole}<disks><disk name='vda'><snapshotDeleteInProgress/></disk></disks>",
        $"{Running}{Whole}<description>d</description><active>1</active><later/>",
        $"{Running}<parent><name>a</name></parent>{Whole}", $"{Running}<parent><name>b</name></parent>{Whole}",
        $"{Running}<parent><name/></parent>{Whole}", $"{Running}<parent/>{Whole}",
        $"{Running}{Whole.Replace("/>", " uuid=''/>")}", $"{Running}<parent><name>a</name></parent>{Whole.Replace("/>", " uuid=''/>")}",
    ];

    private static IEnumerable<string[]> Sequences =>
    [
        .. new[] { "running", "paused", "blocked", "crashed", "shutoff", "pmsuspended", "disk-snapshot" }
            .SelectMany(later => new[] { "running", "shutoff", "disk-snapshot" }.Select(former => new[] { Of("a", former), Of("a", later) })),
        [Of("a", "running"), $"{Running}<description>later</description>{Whole}"],
        [Of("a", "running"), Of("b", "running", "a"), Of("a", "running", "b")],
        [Of("a", "running"), Of("b", "running", "a"), Of("c", "running", "b"), Of("a", "running", "c")],
        [Of("a", "running"), Of("b", "running", "a"), Of("c", "running", "b"), Of("c", "running", "a")],
    ];

    [Theory]
    [MemberData(nameof(Documents))]
    public void Documents_for_redefine_fare_as_with_virsh(string[] inners)
    {
        var tree = new SnapshotTree([], null);
        var texts = new Dictionary<Guid, SnapshotTexts>();
        var documents = inners.Select(inner => $"<domainsnapshot>\n{driver.At(inner).Replace(Whole, Embedded).Replace(Foreign, Strange)}\n</domainsnapshot>").ToList();
        var paths = documents.Select((document, at) => driver.Keep($"redefine{at}.xml", document)).ToList();
        for (var count = 1; count <= documents.Count; count++)
        {
            var commands = paths.Take(count).Select(path => $"snapshot-create {TestDriver.Domain} {path} --redefine --current");
            var said = driver.Ask($"{string.Join("; ", commands)}; snapshot-current {TestDriver.Domain}");
            Assert.Equal(Last(said, paths[count - 1]), Redefine(documents[count - 1], ref tree, texts));
        }
    }

    private string Embedded => driver.Shown.TrimEnd('\n');

    private static string Foreign => Whole.Replace("/>", " uuid=''/>");

    private string Strange => Embedded.Replace($"{TestDriver.Uuid}", "21111111-1111-1111-1111-111111111111");

    private static string Last(string said, string path) =>
        said.Contains($"created from '{path}'")
            ? said[said.IndexOf("<domainsnapshot>", StringComparison.Ordinal)..].TrimEnd('\n') + "\n"
            : said.Split('\n').LastOrDefault(line => line.StartsWith("error: ", StringComparison.Ordinal) && !line.Contains("has no current snapshot"))
                ?? $"no answer in: {said}";

    /// <summary>Our answer in the form of virsh's: the error, or the document that there is now.</summary>
    private string Redefine(string xml, ref SnapshotTree tree, Dictionary<Guid, SnapshotTexts> texts)
    {
        try
        {
            var document = SnapshotXml.ParseRedefine(xml);
            var existing = tree.All.FirstOrDefault(snapshot => snapshot.Name.Value == document.Name);
            var facts = new RedefineFacts(TestDriver.Uuid, tree, SnapshotCreateFlags.Redefine, path => File.Exists(path.Value))
            {
                ExistingDomainXml = existing is null ? null : texts[existing.Uuid].Domain,
                ReadDomain = _ => driver.Definition,
            };
            var (snapshot, kept) = Made(SnapshotRedefinition.Check(document, facts));
            texts[snapshot.Uuid] = kept;
            tree = new SnapshotTree(tree.All.Where(other => other.Uuid != snapshot.Uuid).Append(snapshot), snapshot.Uuid);
            return SnapshotXml.Write(snapshot, kept, tree.ParentOf(snapshot)?.Name.Value);
        }
        catch (SnapshotException refusal)
        {
            return $"error: {LibvirtText.Of(refusal)}";
        }
    }

    private static (Snapshot Snapshot, SnapshotTexts Texts) Made(Redefinition redefinition) => (
        new Snapshot
        {
            Uuid = redefinition.Existing?.Uuid ?? Guid.NewGuid(),
            Name = SnapshotName.Parse(redefinition.Document.Name),
            Description = redefinition.Document.Description,
            CreatedAt = DateTimeOffset.FromUnixTimeSeconds(redefinition.Document.CreatedAtSeconds!.Value),
            State = redefinition.Document.State!.Value,
            Parent = redefinition.Parent?.Uuid,
            Memory = redefinition.Document.Memory!.Value,
            MemoryPath = redefinition.Document.MemoryPath,
            Disks = redefinition.Disks,
        },
        redefinition.Texts);

    private static string State(string state, string rest) => $"<name>a</name><state>{state}</state>{Time}{rest}{Whole}";

    /// <summary>Disks that can all be named: a generated name needs a file to generate it from.</summary>
    private static string Of(string name, string state, string? parent = null) =>
        $"<name>{name}</name><state>{state}</state>{(parent is null ? "" : $"<parent><name>{parent}</name></parent>")}{Time}"
        + $"<disks>{(state == "disk-snapshot" ? "<disk name='vdb' snapshot='no'/>" : "")}</disks>{Whole}";
}
