using System.Diagnostics;
using System.Runtime.Versioning;
using Snaptree.Model;
using Snaptree.Platform;

namespace Snaptree.Engine.Tests.Catalogue;

[SupportedOSPlatform("linux")]
public sealed class DamageTests : IDisposable
{
    private readonly StateFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(100)]
    [InlineData(70_000)]
    [InlineData(70_144)]
    public void A_file_of_something_else_is_refused_and_left_as_it_is(int length)
    {
        var garbage = new byte[length];
        new Random(length).NextBytes(garbage);
        File.WriteAllBytes(folder.CataloguePath, garbage);

        RefusedUntouched(() => folder.Open().Dispose(), garbage, "not a catalogue");
    }

    [Fact]
    public void A_database_of_another_program_is_refused_and_left_as_it_is()
    {
        using (var other = SqliteDatabase.Open(folder.CataloguePath, SqliteOpenMode.ReadWriteCreate, TimeSpan.Zero))
        {
            other.Execute("CREATE TABLE theirs (a); INSERT INTO theirs VALUES (1)");
        }

        RefusedUntouched(() => folder.Open().Dispose(), File.ReadAllBytes(folder.CataloguePath), "another program");
    }

    [Fact]
    public void A_newer_catalogue_is_refused_and_left_as_it_is()
    {
        Fill();
        using (var newer = SqliteDatabase.Open(folder.CataloguePath, SqliteOpenMode.ReadWrite, TimeSpan.Zero))
        {
            newer.Execute("UPDATE catalogue_version SET version = 12");
        }

        RefusedUntouched(() => folder.Open().Dispose(), File.ReadAllBytes(folder.CataloguePath), "schema version 12");
    }

    [Fact]
    public void A_file_cut_short_anywhere_is_refused_and_left_as_it_is()
    {
        Fill();
        var whole = File.ReadAllBytes(folder.CataloguePath);
        var half = whole.Length / 8192 * 4096;
        int[] lengths = [1, 15, 16, 50, 99, 100, 511, 512, 4095, 4096, 8192, half, half + 512, whole.Length - 4096, whole.Length - 1];
        foreach (var length in lengths)
        {
            File.WriteAllBytes(folder.CataloguePath, whole[..length]);

            RefusedUntouched(UseAll, whole[..length], folder.CataloguePath, $"cut to {length} bytes");
        }
    }

    [Fact]
    public void A_damaged_page_is_reported_when_it_is_met_and_the_file_is_left_as_it_is()
    {
        Fill();
        var damaged = File.ReadAllBytes(folder.CataloguePath);
        Array.Fill<byte>(damaged, 0x5A, 4096, damaged.Length - 4096);
        File.WriteAllBytes(folder.CataloguePath, damaged);

        RefusedUntouched(UseAll, damaged, "damaged");
    }

    [Fact]
    public void Flipped_bytes_never_give_another_error_than_ours()
    {
        Fill();
        var whole = File.ReadAllBytes(folder.CataloguePath);
        var random = new Random(4711);
        for (var round = 0; round < 300; round++)
        {
            var damaged = (byte[])whole.Clone();
            for (var flips = 0; flips < 8; flips++)
            {
                damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            }

            File.WriteAllBytes(folder.CataloguePath, damaged);
            try
            {
                ReadAll();
            }
            catch (SnapshotException error)
            {
                Assert.NotEmpty(error.Remedy);
            }

            Assert.True(damaged.AsSpan().SequenceEqual(File.ReadAllBytes(folder.CataloguePath)), $"round {round}");
        }
    }

    [Fact]
    public void An_empty_file_is_a_new_catalogue()
    {
        File.WriteAllBytes(folder.CataloguePath, []);

        using var catalogue = folder.Open();

        Assert.Empty(catalogue.ListDomains());
    }

    [Fact]
    public void A_folder_in_the_place_of_the_file_is_refused()
    {
        Directory.CreateDirectory(folder.CataloguePath);

        Assert.Contains("not a file", Assert.Throws<SnapshotException>(() => folder.Open()).Message);
    }

    [Fact]
    public void A_state_directory_that_cannot_be_made_is_an_error_of_the_system()
    {
        var error = Assert.Throws<SnapshotException>(() => SqliteCatalogue.Open(StateFolder.SettingsOf("/proc/snaptree/state")));

        Assert.Equal((ErrorCode.System, "Linux"), (error.Code, error.Foreign!.Source));
    }

    [Theory(Timeout = Limits.Test)]
    [InlineData(UnixFileMode.UserRead, OwnerOnly.Folder)]
    [InlineData(UnixFileMode.None, OwnerOnly.Folder)]
    [InlineData(OwnerOnly.File, UnixFileMode.UserRead | UnixFileMode.UserExecute)]
    [InlineData(OwnerOnly.File, UnixFileMode.None)]
    public async Task A_file_or_folder_that_this_account_may_not_write_is_an_error_of_the_system(UnixFileMode file, UnixFileMode directory)
    {
        Fill();
        var before = File.ReadAllBytes(folder.CataloguePath);
        File.SetUnixFileMode(folder.CataloguePath, file);
        File.SetUnixFileMode(folder.Path, directory);
        try
        {
            var said = await UseAsPlainAccountAsync();
            Assert.StartsWith("System|", said);
            Assert.Contains(folder.Path, said);
            Assert.Contains("ForeignError", said);
        }
        finally
        {
            File.SetUnixFileMode(folder.Path, OwnerOnly.Folder);
            File.SetUnixFileMode(folder.CataloguePath, OwnerOnly.File);
        }

        Assert.True(before.AsSpan().SequenceEqual(File.ReadAllBytes(folder.CataloguePath)));
    }

    /// <summary>The administrator may do everything, so then the files and the process get an account that may not.</summary>
    private async Task<string> UseAsPlainAccountAsync()
    {
        const string nobody = "65534";
        var command = new ProcessStartInfo { FileName = Program.Path, RedirectStandardOutput = true };
        if (Environment.IsPrivilegedProcess)
        {
            using var chown = Process.Start("chown", ["-R", nobody, folder.Path]);
            await chown.WaitForExitAsync().WaitAsync(Limits.Wait);
            command.FileName = "setpriv";
            command.ArgumentList.Add($"--reuid={nobody}");
            command.ArgumentList.Add("--clear-groups");
            command.ArgumentList.Add("--bounding-set=-all");
            command.ArgumentList.Add(Program.Path);
        }

        foreach (var argument in new[] { "--role", "use-catalogue", folder.Path })
        {
            command.ArgumentList.Add(argument);
        }

        using var process = Process.Start(command)!;
        var said = await process.StandardOutput.ReadToEndAsync().WaitAsync(Limits.Wait);
        await process.WaitForExitAsync().WaitAsync(Limits.Wait);
        return said;
    }

    private void RefusedUntouched(Action act, byte[] before, string said, string? hint = null)
    {
        var error = Record.Exception(act) as SnapshotException;
        Assert.True(error is not null, $"not refused: {hint}");
        Assert.Equal(ErrorCode.OperationFailed, error.Code);
        Assert.Contains(said, error.Message);
        Assert.NotEmpty(error.Remedy);
        Assert.True(before.AsSpan().SequenceEqual(File.ReadAllBytes(folder.CataloguePath)));
    }

    private void Fill()
    {
        using var catalogue = folder.Open();
        catalogue.AddDomain(Sample.Domain(), Sample.Images());
        for (var number = 1; number <= 40; number++)
        {
            catalogue.AddSnapshot(Sample.Snapshot(number));
        }

        catalogue.Open(Sample.Operation("left", steps: 5));
    }

    private void ReadAll()
    {
        using var catalogue = folder.Open();
        foreach (var domain in catalogue.ListDomains())
        {
            catalogue.FindDomain(domain.Name.Value);
            catalogue.ListImages(domain.Uuid);
            catalogue.ImagesOfOthers(Sample.Uuid(99));
            foreach (var snapshot in catalogue.LoadTree(domain.Uuid).All)
            {
                catalogue.FindSnapshot(domain.Uuid, snapshot.Name.Value);
                catalogue.EntryOf(domain.Uuid, snapshot.Uuid);
            }

            catalogue.ListHistory(domain.Uuid);
        }

        catalogue.ListOpen();
    }

    private void UseAll()
    {
        ReadAll();
        using var catalogue = folder.Open();
        catalogue.AddDomain(Sample.Domain(88), Sample.Images(88));
    }
}
