namespace Snaptree.Platform.Tests.Files;

public sealed class TemporaryFolderTests
{
    [Fact]
    public void It_is_for_the_owner_only_and_goes_with_all_that_is_in_it_but_not_with_what_links_lead_to()
    {
        using var other = TemporaryFolder.Create("other-");
        Directory.CreateDirectory($"{other.Path}/kept");
        string path;
        using (var folder = TemporaryFolder.Create("folder-"))
        {
            path = folder.Path;
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(path));
            Directory.CreateDirectory($"{path}/deep/er");
            File.Create($"{path}/deep/er/file").Dispose();
            File.CreateSymbolicLink($"{path}/link", other.Path);
        }

        Assert.False(Directory.Exists(path));
        Assert.True(Directory.Exists($"{other.Path}/kept"));
    }

    [Fact]
    public void The_name_that_we_were_started_with_is_that_of_this_test_program() =>
        Assert.Equal("Snaptree.Platform.Tests", Path.GetFileName(StartedName.Read()));
}
