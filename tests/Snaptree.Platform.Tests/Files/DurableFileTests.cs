using System.Text;

namespace Snaptree.Platform.Tests.Files;

public sealed class DurableFileTests
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Everything = (UnixFileMode)0x1FF;

    private readonly ProcessRunner runner = new(TimeProvider.System);

    [Fact(Timeout = Limits.Test)]
    public async Task An_atomic_write_replaces_content_and_mode_and_leaves_nothing_else()
    {
        using TestFolder folder = new();
        await DurableFile.WriteAtomicAsync(folder["file"], "old"u8.ToArray(), Everything, CancellationToken.None);
        FileFacts before = FileFacts.Read(folder["file"])!;

        await DurableFile.WriteAtomicAsync(folder["file"], "new, and longer"u8.ToArray(), Private, CancellationToken.None);

        FileFacts after = FileFacts.Read(folder["file"])!;
        Assert.Equal("new, and longer", await File.ReadAllTextAsync(folder["file"]));
        // The umask would have taken bits from the first.
        Assert.Equal((Everything, Private), (before.Mode, after.Mode));
        Assert.False(before.IsSameFileAs(after));
        Assert.Equal(["file"], folder.Names);
    }

    [Fact(Timeout = Limits.Test)]
    public async Task A_write_that_fails_half_way_leaves_the_old_content()
    {
        using TestFolder folder = new();
        await File.WriteAllTextAsync(folder["file"], "old");
        FileFacts before = FileFacts.Read(folder["file"])!;

        // A file size limit stands for the full disk. The runtime itself needs large files unless told not to use them.
        ProcessResult result = await runner.RunAsync(
            Shell.Script(
                "trap '' XFSZ; ulimit -f 16; DOTNET_EnableWriteXorExecute=0 exec \"$@\"",
                Program.Path, "--role", "write", folder["file"], "1000000"),
            CancellationToken.None);

        Assert.Equal((1, "write 27 True\n"), (result.ExitCode, result.StandardOutput));
        Assert.Equal("old", await File.ReadAllTextAsync(folder["file"]));
        Assert.Equal(before, FileFacts.Read(folder["file"]));
        Assert.Equal(["file"], folder.Names);
    }

    [Fact(Timeout = Limits.Test)]
    public async Task A_write_that_cannot_take_its_place_leaves_nothing_behind()
    {
        using TestFolder folder = new();
        Directory.CreateDirectory(folder["taken"]);

        FileOperationException e = await Assert.ThrowsAsync<FileOperationException>(
            () => DurableFile.WriteAtomicAsync(folder["taken"], "x"u8.ToArray(), Private, CancellationToken.None));

        Assert.Equal(("replace", folder["taken"]), (e.Operation, e.Path));
        Assert.NotEqual("", e.ErrorText);
        Assert.Contains(e.ErrorText, e.Message);
        Assert.Equal(["taken"], folder.Names);
    }

    [Fact(Timeout = Limits.Test)]
    public async Task Readers_see_the_old_or_the_new_content_only()
    {
        using TestFolder folder = new();
        string[] contents = [new('a', 100_000), new('b', 50_000)];
        await File.WriteAllTextAsync(folder["file"], contents[0]);
        using CancellationTokenSource stop = new();
        TaskCompletionSource started = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task reading = Task.Run(
            () =>
            {
                while (!stop.IsCancellationRequested)
                {
                    Assert.Contains(File.ReadAllText(folder["file"]), contents);
                    started.TrySetResult();
                }
            },
            CancellationToken.None);

        await started.Task.WaitAsync(Limits.Wait);
        for (int i = 0; i < 200; i++)
        {
            await DurableFile.WriteAtomicAsync(folder["file"], Encoding.ASCII.GetBytes(contents[i % 2]), Private, CancellationToken.None);
        }

        await stop.CancelAsync();
        await reading;
    }

    [Fact]
    public void Renaming_replaces_and_keeps_the_file()
    {
        using TestFolder folder = new();
        DurableFile.CreateDirectory(folder["other"], Private | UnixFileMode.UserExecute);
        DurableFile.CreateNew(folder["a"], Private, 10);
        DurableFile.CreateNew(folder["other/b"], Private, 20);
        FileFacts a = FileFacts.Read(folder["a"])!;

        DurableFile.Rename(folder["a"], folder["other/b"]);

        Assert.Null(FileFacts.Read(folder["a"]));
        Assert.True(a.IsSameFileAs(FileFacts.Read(folder["other/b"])!));
        Assert.True(Assert.Throws<FileOperationException>(() => DurableFile.Rename(folder["a"], folder["c"])).IsNotFound);
    }

    [Fact]
    public void Deleting_says_whether_there_was_something()
    {
        using TestFolder folder = new();
        DurableFile.CreateNew(folder["file"], Private);
        DurableFile.CreateDirectory(folder["full/sub"], Everything);

        Assert.True(DurableFile.Delete(folder["file"]));
        Assert.False(DurableFile.Delete(folder["file"]));
        Assert.Throws<FileOperationException>(() => DurableFile.Delete(folder["full"]));
        Assert.Throws<FileOperationException>(() => DurableFile.DeleteEmptyDirectory(folder["full"]));
        Assert.True(DurableFile.DeleteEmptyDirectory(folder["full/sub"]));
        Assert.True(DurableFile.DeleteEmptyDirectory(folder["full"]));
        Assert.False(DurableFile.DeleteEmptyDirectory(folder["full"]));
    }

    [Fact]
    public void New_folders_get_the_mode_and_old_ones_keep_theirs()
    {
        using TestFolder folder = new();
        UnixFileMode before = FileFacts.Read(folder.Path)!.Mode;

        DurableFile.CreateDirectory(folder["a/b/c/"], Everything);
        DurableFile.CreateDirectory(folder["a/b/c"], Private);

        Assert.Equal(before, FileFacts.Read(folder.Path)!.Mode);
        Assert.All(["a", "a/b", "a/b/c"], level => Assert.Equal(Everything, FileFacts.Read(folder[level])!.Mode));
    }

    [Fact]
    public void A_file_in_the_way_of_a_folder_is_an_error()
    {
        using TestFolder folder = new();
        DurableFile.CreateNew(folder["file"], Private);

        Assert.Throws<FileOperationException>(() => DurableFile.CreateDirectory(folder["file"], Everything));
        Assert.Throws<FileOperationException>(() => DurableFile.CreateDirectory(folder["file/sub"], Everything));
    }

    [Fact]
    public void A_new_file_never_replaces_another()
    {
        using TestFolder folder = new();
        DurableFile.CreateNew(folder["file"], Everything, 1 << 20);
        FileFacts made = FileFacts.Read(folder["file"])!;

        FileAlreadyExistsException e = Assert.Throws<FileAlreadyExistsException>(() => DurableFile.CreateNew(folder["file"], Private));

        Assert.Equal(folder["file"], e.Path);
        Assert.Equal(made, FileFacts.Read(folder["file"]));
        Assert.Equal((1 << 20, Everything, FileKind.Regular), (made.SizeBytes, made.Mode, made.Kind));
        Assert.True(made.AllocatedBytes < made.SizeBytes);
    }

    [Fact]
    public void A_new_file_that_cannot_be_finished_is_taken_back()
    {
        using TestFolder folder = new();

        Assert.Throws<FileOperationException>(() => DurableFile.CreateNew(folder["file"], Private, long.MaxValue));

        Assert.Empty(folder.Names);
    }

    [Fact(Timeout = Limits.Test)]
    public async Task Owner_group_and_mode_are_copied_within_the_maximum()
    {
        using TestFolder folder = new();
        DurableFile.CreateNew(folder["model"], Everything);
        DurableFile.CreateNew(folder["file"], Private);
        // Another owner can be given by root only; an ordinary account copies its own.
        uint owner = UserIdentity.Current.IsRoot ? 12345 : UserIdentity.Current.Uid;
        await runner.RunAsync(new("chown", [$"{owner}", folder["model"]]), CancellationToken.None);

        DurableFile.CopyOwnershipAndMode(folder["model"], folder["file"], Private | UnixFileMode.GroupRead);

        FileFacts file = FileFacts.Read(folder["file"])!;
        Assert.Equal((owner, Private | UnixFileMode.GroupRead), (file.Uid, file.Mode));
        Assert.Equal(FileFacts.Read(folder["model"])!.Gid, file.Gid);
    }

    [Fact]
    public void Syncing_what_is_absent_is_an_error()
    {
        using TestFolder folder = new();
        DurableFile.CreateNew(folder["file"], Private);

        DurableFile.SyncFile(folder["file"]);
        DurableFile.SyncDirectory(folder.Path);
        FileOperationException e = Assert.Throws<FileOperationException>(() => DurableFile.SyncFile(folder["absent"]));

        Assert.True(e.IsNotFound);
        Assert.Equal((folder["absent"], 2, "No such file or directory"), (e.Path, e.Errno, e.ErrorText));
    }
}
