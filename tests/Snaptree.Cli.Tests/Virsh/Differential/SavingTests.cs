namespace Snaptree.Cli.Tests.Virsh.Differential;

/// <summary>Sessions that save and restore, in pieces short enough for the real virsh to get through one of them.</summary>
public sealed class SavingTests
{
    private const int Limit = 600_000;

    [Theory(Timeout = Limit)]
    [InlineData("save test f1", "domstate test --reason", "list --all", "restore f1", "domstate test --reason")]
    [InlineData("save test f1 --verbose", "restore f1", "restore f1", "restore nosuch", "restore t2.xml --xml nosuch")]
    [InlineData("save 6695eb01-f6a4-8304-79aa-97f2502e193f f1", "save-image-dumpxml f1", "save-image-dumpxml f1 --xpath //name", "save-image-dumpxml nosuch")]
    [InlineData("save test f1", "save-image-define f1 nosuch", "save-image-define f1 root.xml", "save-image-edit f1", "save-image-edit f1 --running --paused")]
    [InlineData("save test f1", "save-image-dumpxml f1 --security-info", "save-image-dumpxml f1 --xpath ''", "restore ''", "restore f1 --running --paused")]
    [InlineData("save nosuch f1", "save test ''", "save test f1 --xml nosuch", "managedsave nosuch", "managedsave-remove test", "managedsave-define test nosuch")]
    [InlineData("managedsave test", "domstate test --reason", "list --all --managed-save", "list --all --with-managed-save", "undefine test", "start test", "domstate test")]
    [InlineData("managedsave test --verbose", "list --all --without-managed-save", "managedsave-remove test", "managedsave-remove test", "start test")]
    [InlineData("managedsave test", "start test --force-boot", "domstate test --reason", "dominfo test")]
    [InlineData("managedsave test", "undefine test --managed-save", "list --all")]
    [InlineData("snapshot-create-as test s1", "managedsave test", "undefine test --managed-save", "undefine test --snapshots-metadata", "undefine test --managed-save --snapshots-metadata")]
    [InlineData("destroy test", "save test f1")]
    [InlineData("destroy test", "managedsave test", "managedsave test --running --paused")]
    [InlineData("save test f1 --running --paused")]
    public async Task A_saving_session_is_the_same_command_by_command(params string[] commands)
    {
        using var pair = new VirshPair(ScriptFiles.All(ScriptFiles.Idle)) { Saves = true };
        var (theirs, ours) = await pair.RunMixedAsync(["-c", VirshPair.Test, Transcript.Script(commands)], null, TestContext.Current.CancellationToken);
        Assert.Equal(Transcript.Split(commands, theirs.Output), Transcript.Split(commands, ours.Output));
        Assert.Equal(theirs.ExitCode, ours.ExitCode);
    }
}
