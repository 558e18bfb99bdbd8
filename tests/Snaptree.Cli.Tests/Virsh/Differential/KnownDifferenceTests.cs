namespace Snaptree.Cli.Tests.Virsh.Differential;

/// <summary>Ours differs from virsh 9.0 on libvirt's test driver exactly as <see cref="KnownDifferences"/> and docs/virsh.md say.</summary>
public sealed class KnownDifferenceTests
{
    private const int Limit = 300_000;

    public static TheoryData<string> Names => [.. KnownDifferences.All.Select(difference => difference.Name)];

    [Theory(Timeout = Limit)]
    [MemberData(nameof(Names))]
    public async Task A_known_difference_is_as_it_is_written_down(string name)
    {
        var difference = KnownDifferences.All.First(one => one.Name == name);
        using var pair = new VirshPair(ScriptFiles.All(ScriptFiles.Idle));
        var script = $"{difference.Before}\necho @@0@@\n{difference.Command}";
        var (theirs, ours) = await pair.RunMixedAsync(["-c", VirshPair.Test, script], null, TestContext.Current.CancellationToken);
        Assert.Equal((difference.Theirs, difference.Ours), (After(theirs.Output), After(ours.Output)));
    }

    [Fact]
    public void Every_known_difference_is_told_in_the_page_on_virsh()
    {
        var page = File.ReadAllText(Path.Combine(Root(), "docs", "virsh.md"));
        Assert.All(KnownDifferences.All, difference => Assert.Contains($"| `{difference.Name}` |", page, StringComparison.Ordinal));
    }

    private static string After(string output) => output.Split("@@0@@\n")[^1];

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Snaptree.slnx")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("the tests do not run inside the repository");
        }

        return folder.FullName;
    }
}
