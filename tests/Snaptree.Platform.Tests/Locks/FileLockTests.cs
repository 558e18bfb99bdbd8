namespace Snaptree.Platform.Tests.Locks;

public sealed class FileLockTests
{
    private readonly ProcessRunner runner = new(TimeProvider.System);

    [Fact]
    public void The_second_taker_is_refused_and_can_read_who_holds_it()
    {
        using TestFolder folder = new();
        using (FileLock? first = FileLock.TryAcquire(folder["lock"], "{\"verb\":\"révert\"}"))
        {
            Assert.NotNull(first);
            Assert.Null(FileLock.TryAcquire(folder["lock"], "second"));
            Assert.Equal("{\"verb\":\"révert\"}", FileLock.ReadHolder(folder["lock"]));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, FileFacts.Read(folder["lock"])!.Mode);
        }

        Assert.Null(FileLock.ReadHolder(folder["lock"]));
        Assert.Equal(0, FileFacts.Read(folder["lock"])!.SizeBytes);
        using FileLock? next = FileLock.TryAcquire(folder["lock"], "next");
        Assert.NotNull(next);
    }

    [Fact]
    public void Nobody_holds_a_lock_whose_file_is_missing()
    {
        using TestFolder folder = new();

        Assert.Null(FileLock.ReadHolder(folder["lock"]));
        Assert.Empty(folder.Names);
    }

    [Fact]
    public void A_text_without_a_lock_misleads_nobody()
    {
        using TestFolder folder = new();
        File.WriteAllText(folder["lock"], "a holder long dead, with a long story");

        Assert.Null(FileLock.ReadHolder(folder["lock"]));
        using FileLock? taken = FileLock.TryAcquire(folder["lock"], "me");
        Assert.NotNull(taken);
        Assert.Equal("me", FileLock.ReadHolder(folder["lock"]));
    }

    [Fact(Timeout = Limits.Test)]
    public async Task A_holder_killed_by_force_frees_the_lock()
    {
        using TestFolder folder = new();
        TaskCompletionSource<string> said = new(TaskCreationOptions.RunContinuationsAsynchronously);
        ProcessCommand command = new(Program.Path, ["--role", "hold-lock", folder["lock"], "the other"])
        {
            OnOutput = piece => said.TrySetResult(piece),
        };
        Task<ProcessResult> holder = runner.RunAsync(command, CancellationToken.None);
        string[] words = (await said.Task.WaitAsync(Limits.Wait)).Split(' ');
        Assert.Equal("held", words[0]);

        Assert.Null(FileLock.TryAcquire(folder["lock"], "me"));
        Assert.Equal("the other", FileLock.ReadHolder(folder["lock"]));
        Assert.True(ProcessIdentity.Find(int.Parse(words[1]))!.Send(ProcessSignal.Kill));
        Assert.Equal(128 + 9, (await holder.WaitAsync(Limits.Wait)).ExitCode);

        Assert.Equal("the other", await File.ReadAllTextAsync(folder["lock"]));
        Assert.Null(FileLock.ReadHolder(folder["lock"]));
        using FileLock? taken = FileLock.TryAcquire(folder["lock"], "me");
        Assert.NotNull(taken);
    }

    [Fact(Timeout = Limits.Test)]
    public async Task The_flock_command_sees_the_same_lock()
    {
        using TestFolder folder = new();
        ProcessCommand attempt = new("flock", ["-n", "-E", "9", folder["lock"], "true"]);
        using (FileLock.TryAcquire(folder["lock"], "me"))
        {
            Assert.Equal(9, (await runner.RunAsync(attempt, CancellationToken.None)).ExitCode);
        }

        Assert.Equal(0, (await runner.RunAsync(attempt, CancellationToken.None)).ExitCode);
        Assert.Null(await RunUnderFlockAsync(folder["lock"], () => FileLock.TryAcquire(folder["lock"], "me")));
    }

    [Fact(Timeout = Limits.Test)]
    public async Task Asking_for_the_holder_never_refuses_a_taker()
    {
        using TestFolder folder = new();
        using CancellationTokenSource stop = new();
        Task asking = Task.Run(
            () =>
            {
                while (!stop.IsCancellationRequested)
                {
                    _ = FileLock.ReadHolder(folder["lock"]);
                }
            },
            CancellationToken.None);

        int refused = Enumerable.Range(0, 2_000).Count(_ =>
        {
            using FileLock? taken = FileLock.TryAcquire(folder["lock"], "me");
            return taken is null;
        });

        await stop.CancelAsync();
        await asking;
        Assert.Equal(0, refused);
    }

    private async Task<T> RunUnderFlockAsync<T>(string path, Func<T> look)
    {
        T? seen = default;
        using CancellationTokenSource done = new();
        ProcessCommand command = new("flock", [path, "sh", "-c", "echo held; exec sleep 1000"])
        {
            OnOutput = _ =>
            {
                seen = look();
                done.Cancel();
            },
        };
        await Assert.ThrowsAsync<OperationCanceledException>(() => runner.RunAsync(command, done.Token));
        return seen!;
    }
}
