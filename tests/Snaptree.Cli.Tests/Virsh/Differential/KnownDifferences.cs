namespace Snaptree.Cli.Tests.Virsh.Differential;

/// <summary>One place where ours is meant to say something else than virsh 9.0 does on libvirt's test driver.</summary>
/// <param name="Name">As docs/virsh.md calls it.</param>
/// <param name="Before">Commands that lead there; what they say is the same.</param>
/// <param name="Theirs">What virsh says, standard error among it.</param>
internal sealed record KnownDifference(string Name, string Before, string Command, string Theirs, string Ours);

/// <summary>The reviewed list; docs/virsh.md has the reasons.</summary>
internal static class KnownDifferences
{
    public static readonly KnownDifference[] All =
    [
        new("live", "",
            "snapshot-create-as test s1 --live",
            "Domain snapshot s1 created\n",
            "error: Operation not supported: live snapshot creation is supported only with external checkpoints\n\n"),
        new("no-memory", "",
            "snapshot-create-as test s1 --memspec snapshot=no",
            "Domain snapshot s1 created\n",
            "error: Operation not supported: internal snapshot of a running VM must include the memory state\n\n"),
        new("inactive-external", "destroy test",
            "snapshot-create-as test s1 --diskspec vda,file=/x",
            "error: unsupported configuration: disk 'vda' must use snapshot mode 'internal'\n\n",
            "Domain snapshot s1 created\n"),
        new("control-characters", "",
            "snapshot-create-as test 'a\tb'",
            "Domain snapshot a\tb created\n",
            "error: a snapshot name must not contain line breaks, control characters or characters that XML cannot carry\n"
            + "\n"),
        new("escaping", "",
            "snapshot-create-as test --print-xml --diskspec vda,snapshot=a&b",
            "<domainsnapshot>\n  <disks>\n    <disk name='vda' snapshot='a&b'/>\n  </disks>\n</domainsnapshot>\n\n\n",
            "<domainsnapshot>\n  <disks>\n    <disk name='vda' snapshot='a&amp;b'/>\n  </disks>\n</domainsnapshot>\n\n\n"),
        new("names-with-parents", "snapshot-create-as test s1; snapshot-create-as test s2",
            "snapshot-list test --name --parent",
            "s1\ns2\n\n",
            "s1\ns2\ts1\n\n"),
        new("all-leaves", "snapshot-create-as test s1",
            "snapshot-list test --leaves --no-leaves --name",
            "\n",
            "s1\n\n"),
        new("revert-to-running", "destroy test; snapshot-create-as test s1",
            "snapshot-revert test s1 --running; domstate test --reason",
            "Domain snapshot s1 reverted\n\nshut off (destroyed)\n\n",
            "Domain snapshot s1 reverted\n\nrunning (from snapshot)\n\n"),
        new("redefined-without-data", "snapshot-create test r1.xml --redefine",
            "snapshot-revert test r1",
            "Domain snapshot r1 reverted\n\n",
            "error: Failed to revert snapshot r1\n"
            + "error: operation failed: /guest/diskimage1 no longer holds the internal snapshot 'r1'\n\n"),
        new("define-again", "define t2.xml",
            "define t2.xml",
            "Domain 't2' defined from t2.xml\n\n",
            "error: Failed to define domain from t2.xml\n"
            + "error: operation failed: a domain called 't2' already exists\n\n"),
        new("undefine-active", "",
            "undefine test",
            "Domain 'test' has been undefined\n\n",
            "error: Failed to undefine domain 'test'\n"
            + "error: Requested operation is not valid: domain 'test' is active\n\n"),
        new("undefine-storage", "destroy test",
            "undefine test --remove-all-storage",
            "error: Storage volume 'vda'(/guest/diskimage1) is not managed by libvirt. Remove it manually.\n\n"
            + "Domain 'test' has been undefined\n\n",
            "error: Storage volumes are not managed here. Remove them manually.\n\n"),
        new("start-paused", "destroy test",
            "start test --paused",
            "error: Failed to start domain 'test'\n"
            + "error: unsupported flags (0x1) in function testDomainCreateWithFlags\n\n",
            "Domain 'test' started\n\n"),
        new("suspend-paused", "suspend test",
            "suspend test",
            "error: Failed to suspend domain 'test'\nerror: internal error: domain 'test' not running\n\n",
            "Domain 'test' suspended\n\n"),
        new("resume-running", "",
            "resume test",
            "error: Failed to resume domain 'test'\nerror: internal error: domain 'test' not paused\n\n",
            "error: Failed to resume domain 'test'\n"
            + "error: Requested operation is not valid: domain is already running\n\n"),
        new("managedsave-xml", "",
            "managedsave-dumpxml test",
            "error: this function is not supported by the connection driver: virDomainManagedSaveGetXMLDesc\n\n",
            "error: Requested operation is not valid: domain does not have managed save image\n\n"),
        new("xpath", "",
            "dumpxml test --xpath '//['",
            "XPath error : Invalid expression\n//[\n  ^\n\n",
            "error: Invalid XPath expression '//['\n\n"),
        new("shutdown-mode", "",
            "shutdown test --mode agent",
            "error: Failed to shutdown domain 'test'\n"
            + "error: unsupported flags (0x2) in function testDomainShutdownFlags\n\n",
            "error: Failed to shutdown domain 'test'\n"
            + "error: argument unsupported: a guest is asked to shut down by its power button only\n\n"),
    ];
}
