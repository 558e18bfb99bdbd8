using System.Net.Sockets;

namespace Snaptree.Platform.Tests.Files;

public sealed class FileFactsTests
{
    private readonly ProcessRunner runner = new(TimeProvider.System);

    [Fact(Timeout = Limits.Test)]
    public async Task The_facts_agree_with_the_stat_command()
    {
        using TestFolder folder = new();
        await File.WriteAllTextAsync(folder["file"], new string('x', 12345));

        ProcessResult said = await runner.RunAsync(
            new("stat", ["-c", "%Hd %Ld %i %s %b %a %u %g %.9Y", folder["file"]]), CancellationToken.None);
        FileFacts facts = FileFacts.Read(folder["file"])!;

        string[] words = said.StandardOutput.Trim().Split(' ');
        Assert.Equal((ulong.Parse(words[0]) << 32) | ulong.Parse(words[1]), facts.Device);
        Assert.Equal(
            (words[2], words[3], long.Parse(words[4]) * 512, words[5], words[6], words[7], words[8].Replace(".", "")),
            ($"{facts.Inode}", $"{facts.SizeBytes}", facts.AllocatedBytes, Convert.ToString((int)facts.Mode, 8), $"{facts.Uid}", $"{facts.Gid}", $"{facts.ModifiedUnixNanoseconds}"));
    }

    [Fact]
    public void Kinds_are_told_apart()
    {
        using TestFolder folder = new();
        using Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(folder["socket"]));
        File.Create(folder["file"]).Dispose();

        Assert.Equal(FileKind.Socket, FileFacts.Read(folder["socket"])!.Kind);
        Assert.Equal(FileKind.Regular, FileFacts.Read(folder["file"])!.Kind);
        Assert.Equal(FileKind.Directory, FileFacts.Read(folder.Path)!.Kind);
        Assert.Equal(FileKind.CharacterDevice, FileFacts.Read("/dev/null")!.Kind);
    }

    [Fact]
    public void What_is_absent_has_no_facts()
    {
        using TestFolder folder = new();
        File.Create(folder["file"]).Dispose();
        File.CreateSymbolicLink(folder["dangling"], folder["nowhere"]);

        Assert.Null(FileFacts.Read(folder["absent"]));
        Assert.Null(FileFacts.Read(folder["file/below"]));
        Assert.Null(FileFacts.Read(folder["dangling"]));
    }

    [Fact]
    public void A_question_that_cannot_be_answered_is_an_error_not_an_absence()
    {
        using TestFolder folder = new();
        File.CreateSymbolicLink(folder["a"], folder["b"]);
        File.CreateSymbolicLink(folder["b"], folder["a"]);

        FileOperationException e = Assert.Throws<FileOperationException>(() => FileFacts.Read(folder["a"]));

        Assert.Equal(("examine", false), (e.Operation, e.IsNotFound));
    }

    [Fact]
    public void Links_lead_to_the_same_file()
    {
        using TestFolder folder = new();
        File.Create(folder["file"]).Dispose();
        File.CreateSymbolicLink(folder["link"], folder["file"]);

        Assert.True(FileFacts.Read(folder["link"])!.IsSameFileAs(FileFacts.Read(folder["file"])!));
    }

    [Fact(Timeout = Limits.Test)]
    public async Task The_file_system_agrees_with_the_df_and_stat_commands()
    {
        using TestFolder folder = new();

        ProcessResult total = await runner.RunAsync(new("df", ["-B1", "--output=size", folder.Path]), CancellationToken.None);
        ProcessResult type = await runner.RunAsync(new("stat", ["-f", "-c", "%t", folder.Path]), CancellationToken.None);
        FileSystemFacts facts = FileSystemFacts.Read(folder.Path);

        Assert.Equal(total.StandardOutput.Split('\n')[1].Trim(), $"{facts.TotalBytes}");
        Assert.Equal(type.StandardOutput.Trim(), $"{facts.TypeMagic:x}");
        Assert.InRange(facts.FreeBytes, 1, facts.TotalBytes);
        Assert.Throws<FileOperationException>(() => FileSystemFacts.Read(folder["absent"]));
    }
}
