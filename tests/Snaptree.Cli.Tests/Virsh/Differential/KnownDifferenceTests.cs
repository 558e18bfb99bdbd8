namespace Snaptree.Cli.Tests.Virsh.Differential;

/// <summary>Where ours is meant to say something else than virsh 9.0 on libvirt's test driver: what each says, and that docs/virsh.md tells it.</summary>
public sealed class KnownDifferenceTests
{
    private const int Limit = 300_000;

    public static TheoryData<string, string, string, string, string> All => new()
    {
        { "live", "", "snapshot-create-as test s1 --live", "Domain snapshot s1 created\n", "error: Operation not supported: live snapshot creation is supported only with external checkpoints\n\n" },
        { "no-memory", "", "snapshot-create-as test s1 --memspec snapshot=no", "Domain snapshot s1 created\n", "error: Operation not supported: internal snapshot of a running VM must include the memory state\n\n" },
        { "inactive-external", "destroy test", "snapshot-create-as test s1 --diskspec vda,file=/x", "error: unsupported configuration: disk 'vda' must use snapshot mode 'internal'\n\n", "Domain snapshot s1 created\n" },
        { "validate", "", "snapshot-create extra extra.xml --validate; snapshot-create test extra.xml --validate", "error: failed to get domain 'extra'\n\nerror: XML document failed to validate against schema: Unable to validate doc against /usr/share/libvirt/schemas/domainsnapshot.rng\nExtra element nonsense in interleave\nElement domainsnapshot failed to validate content\n\n\n", "error: failed to get domain 'extra'\n\nDomain snapshot extra created from 'extra.xml'\n" },
        { "control-characters", "", "snapshot-create-as test 'a\tb'", "Domain snapshot a\tb created\n", "error: a snapshot name must not contain line breaks, control characters or characters that XML cannot carry\n\n" },
        { "escaping", "", "snapshot-create-as test --print-xml --diskspec vda,snapshot=a&b", "<domainsnapshot>\n  <disks>\n    <disk name='vda' snapshot='a&b'/>\n  </disks>\n</domainsnapshot>\n\n\n", "<domainsnapshot>\n  <disks>\n    <disk name='vda' snapshot='a&amp;b'/>\n  </disks>\n</domainsnapshot>\n\n\n" },
        { "names-with-parents", "snapshot-create-as test s1; snapshot-create-as test s2", "snapshot-list test --name --parent", "s1\ns2\n\n", "s1\ns2\ts1\n\n" },
        { "revert-to-running", "destroy test; snapshot-create-as test s1", "snapshot-revert test s1 --running; domstate test --reason", "Domain snapshot s1 reverted\n\nshut off (destroyed)\n\n", "Domain snapshot s1 reverted\n\nrunning (from snapshot)\n\n" },
        { "undefine-active", "", "undefine test", "Domain 'test' has been undefined\n\n", "error: Failed to undefine domain 'test'\nerror: Requested operation is not valid: domain 'test' is active\n\n" },
        { "undefine-storage", "destroy test", "undefine test --remove-all-storage", "error: Storage volume 'vda'(/guest/diskimage1) is not managed by libvirt. Remove it manually.\n\nDomain 'test' has been undefined\n\n", "error: Storage volumes are not managed here. Remove them manually.\n\n" },
        { "start-paused", "destroy test", "start test --paused", "error: Failed to start domain 'test'\nerror: unsupported flags (0x1) in function testDomainCreateWithFlags\n\n", "Domain 'test' started\n\n" },
        { "suspend-paused", "suspend test", "suspend test", "error: Failed to suspend domain 'test'\nerror: internal error: domain 'test' not running\n\n", "Domain 'test' suspended\n\n" },
        { "resume-running", "", "resume test", "error: Failed to resume domain 'test'\nerror: internal error: domain 'test' not paused\n\n", "error: Failed to resume domain 'test'\nerror: Requested operation is not valid: domain is already running\n\n" },
        { "managedsave-xml", "", "managedsave-dumpxml test", "error: this function is not supported by the connection driver: virDomainManagedSaveGetXMLDesc\n\n", "error: Requested operation is not valid: domain does not have managed save image\n\n" },
        { "xpath", "", "dumpxml test --xpath '//['", "XPath error : Invalid expression\n//[\n  ^\n\n", "error: Invalid XPath expression '//['\n\n" },
        { "shutdown-mode", "", "shutdown test --mode agent", "error: Failed to shutdown domain 'test'\nerror: unsupported flags (0x2) in function testDomainShutdownFlags\n\n", "error: Failed to shutdown domain 'test'\nerror: argument unsupported: a guest is asked to shut down by its power button only\n\n" },
    };

    [Theory(Timeout = Limit)]
    [MemberData(nameof(All))]
    public async Task A_known_difference_is_as_it_is_written_down(string name, string before, string command, string theirsSay, string oursSay)
    {
        using var pair = new VirshPair(ScriptFiles.All(ScriptFiles.Idle));
        var script = $"{before}\necho @@0@@\n{command}";
        var (theirs, ours) = await pair.RunMixedAsync(["-c", VirshPair.Test, script], null, TestContext.Current.CancellationToken);
        Assert.Equal((name, theirsSay, oursSay), (name, After(theirs.Output), After(ours.Output)));
    }

    [Fact]
    public void Every_known_difference_is_told_in_the_page_on_virsh()
    {
        var page = File.ReadAllText(Path.Combine(Root(), "docs", "virsh.md"));
        Assert.All(All, difference => Assert.Contains($"`{difference.Data.Item1}`", page, StringComparison.Ordinal));
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
