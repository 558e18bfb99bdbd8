namespace Snaptree.Platform.Tests.Processes;

public sealed class DetachedProcessTests
{
    private readonly DetachedProcessLauncher launcher = new();
    private readonly ProcessRunner runner = new(TimeProvider.System);

    [Fact(Timeout = Limits.Test)]
    public async Task It_leads_a_session_of_its_own_without_our_descriptors()
    {
        using TestFolder folder = new();
        using FileStream open = File.Create(folder["open"]);
        ProcessIdentity started = await launcher.StartAsync(new("sleep", ["1000"]), folder["log"], CancellationToken.None);
        try
        {
            string[] stat = (await File.ReadAllTextAsync($"/proc/{started.Pid}/stat")).Split(' ');
            Assert.Equal("(sleep)", stat[1]);
            Assert.Equal($"{started.Pid}", stat[4]);
            Assert.Equal($"{started.Pid}", stat[5]);
            Assert.Equal("0", stat[6]);
            string[] descriptors = await DescriptorsOfAsync(started);
            Assert.Equal(["0", "1", "2"], descriptors.Select(Path.GetFileName).Order());
            Assert.Equal(
                ["/dev/null", folder["log"], folder["log"]],
                descriptors.Order().Select(d => File.ResolveLinkTarget(d, returnFinalTarget: false)!.FullName));
        }
        finally
        {
            Assert.True(await started.KillAsync(Limits.Wait, CancellationToken.None));
        }
    }

    /// <summary>A program that is still being loaded has its libraries open for a moment.</summary>
    private static async Task<string[]> DescriptorsOfAsync(ProcessIdentity process)
    {
        using CancellationTokenSource limit = new(Limits.Wait);
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(5));
        string[] descriptors;
        do
        {
            descriptors = Directory.GetFileSystemEntries($"/proc/{process.Pid}/fd");
        }
        while (descriptors.Length > 3 && !limit.IsCancellationRequested && await timer.WaitForNextTickAsync(CancellationToken.None));
        return descriptors;
    }

    [Fact(Timeout = Limits.Test)]
    public async Task It_outlives_the_process_that_started_it()
    {
        using TestFolder folder = new();
        ProcessResult result = await runner.RunAsync(
            new(Program.Path, ["--role", "detach", folder["log"], "sleep", "1000"]), CancellationToken.None);
        string[] words = result.StandardOutput.Split(' ');
        ProcessIdentity started = new(int.Parse(words[0]), long.Parse(words[1]));

        Assert.True(started.IsAlive);
        Assert.Equal(started, ProcessIdentity.Find(started.Pid));
        Assert.True(await started.KillAsync(Limits.Wait, CancellationToken.None));
        Assert.False(started.IsAlive);
    }

    [Fact(Timeout = Limits.Test)]
    public async Task Both_outputs_are_appended_to_a_private_log()
    {
        using TestFolder folder = new();
        for (int i = 1; i <= 2; i++)
        {
            ProcessIdentity started = await launcher.StartAsync(
                new("/bin/sh", ["-c", $"echo out {i}; echo err {i} >&2"]), folder["log"], CancellationToken.None);
            Assert.True(await started.WaitForExitAsync(Limits.Wait, CancellationToken.None));
        }

        Assert.Equal("out 1\nerr 1\nout 2\nerr 2\n", await File.ReadAllTextAsync(folder["log"]));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, FileFacts.Read(folder["log"])!.Mode);
    }

    [Fact(Timeout = Limits.Test)]
    public async Task A_missing_program_is_an_error_at_the_start()
    {
        using TestFolder folder = new();

        ProgramNotFoundException e = await Assert.ThrowsAsync<ProgramNotFoundException>(
            () => launcher.StartAsync(new("no-such-program-here", []), folder["log"], CancellationToken.None));

        Assert.Equal("no-such-program-here", e.Program);
    }

    [Fact(Timeout = Limits.Test)]
    public async Task A_log_that_cannot_be_opened_is_named()
    {
        using TestFolder folder = new();

        FileOperationException e = await Assert.ThrowsAsync<FileOperationException>(
            () => launcher.StartAsync(new("true", []), folder["missing/log"], CancellationToken.None));

        Assert.Equal((folder["missing/log"], true), (e.Path, e.IsNotFound));
    }

    [Fact(Timeout = Limits.Test)]
    public async Task A_recycled_pid_is_neither_alive_nor_signalled()
    {
        using TestFolder folder = new();
        ProcessIdentity present = await launcher.StartAsync(new("sleep", ["1000"]), folder["log"], CancellationToken.None);
        ProcessIdentity former = present with { StartTicks = present.StartTicks - 1 };

        Assert.False(former.IsAlive);
        Assert.False(former.Send(ProcessSignal.Kill));
        Assert.True(await former.KillAsync(Limits.Wait, CancellationToken.None));
        Assert.True(present.IsAlive);
        Assert.True(await present.KillAsync(Limits.Wait, CancellationToken.None));
    }

    [Fact(Timeout = Limits.Test)]
    public async Task Waiting_ends_at_its_limit_and_on_cancel()
    {
        using TestFolder folder = new();
        ProcessIdentity started = await launcher.StartAsync(new("sleep", ["1000"]), folder["log"], CancellationToken.None);
        using CancellationTokenSource cancel = new(TimeSpan.FromMilliseconds(50));

        Assert.False(await started.WaitForExitAsync(TimeSpan.FromMilliseconds(50), CancellationToken.None));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => started.WaitForExitAsync(Limits.Wait, cancel.Token));
        Assert.True(await started.SignalAsync(ProcessSignal.Terminate, Limits.Wait, CancellationToken.None));
        Assert.Null(ProcessIdentity.Find(started.Pid));
    }

    [Fact]
    public void This_process_finds_itself()
    {
        Assert.True(ProcessIdentity.Find(Environment.ProcessId)!.IsAlive);
        Assert.Null(ProcessIdentity.Find(int.MaxValue));
        Assert.Equal(36, ProcessIdentity.BootId().Length);
    }
}
