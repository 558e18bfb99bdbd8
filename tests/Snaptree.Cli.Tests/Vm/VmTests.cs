using Snaptree.Cli.Vm;
using Snaptree.Formats;
using Snaptree.Model;

namespace Snaptree.Cli.Tests.Vm;

public sealed class VmTests : IDisposable
{
    private readonly string folder = RealPath.Of(Directory.CreateTempSubdirectory("snaptree-cli-").FullName, "/");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_disk_is_read_with_its_options()
    {
        Assert.Equal(new DiskWish("a.img", false, DiskBus.Virtio, null), DiskWish.Parse("a.img").Wish);
        Assert.Equal(new DiskWish("a,b.img", true, DiskBus.Sata, ImageFormat.Raw), DiskWish.Parse("a,,b.img,readonly,bus=sata,format=raw").Wish);
    }

    [Theory]
    [InlineData("", "names no path")]
    [InlineData(",readonly", "names no path")]
    [InlineData("a,bus=scsi", "'bus=scsi' is not understood")]
    public void A_disk_that_cannot_be_understood_says_why(string text, string reason) =>
        Assert.Contains(reason, DiskWish.Parse(text).Broken!, StringComparison.Ordinal);

    [Fact]
    public void Targets_are_lettered_per_bus()
    {
        Assert.Equal(["vda", "hda", "vdb", "sda"], Names(DiskBus.Virtio, DiskBus.Ide, DiskBus.Virtio, DiskBus.Sata));
        Assert.Equal("vdaa", Names([.. Enumerable.Repeat(DiskBus.Virtio, 27)])[26]);
    }

    [Fact]
    public void A_path_is_followed_through_links_to_the_file_itself()
    {
        Directory.CreateDirectory($"{folder}/real/deep");
        File.WriteAllText($"{folder}/real/deep/disk", "");
        File.CreateSymbolicLink($"{folder}/link", "real/deep");
        File.CreateSymbolicLink($"{folder}/real/deep/again", "../deep/disk");
        Assert.Equal($"{folder}/real/deep/disk", RealPath.Of("link/again", folder));
        Assert.Equal($"{folder}/real/deep/new", RealPath.Of("./link/x/../new", folder));
    }

    [Fact]
    public void Links_in_a_circle_are_refused()
    {
        File.CreateSymbolicLink($"{folder}/a", "b");
        File.CreateSymbolicLink($"{folder}/b", "a");
        Assert.Contains("circle", Assert.Throws<SnapshotException>(() => RealPath.Of("a", folder)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_new_domain_says_what_it_found_out_and_can_be_read_back()
    {
        File.WriteAllBytes($"{folder}/q", [(byte)'Q', (byte)'F', (byte)'I', 0xFB, 0, 0, 0, 3]);
        File.WriteAllText($"{folder}/r", "");
        var notes = new List<string>();
        var wish = new DomainWish(DomainName.Parse("web1"), Accelerator.Tcg, 512L << 20, 2, "pc")
        {
            Disks = [DiskWish.Parse("q").Wish!, DiskWish.Parse("r,readonly").Wish!],
            SerialSocket = "s.sock",
            HasNetwork = true,
        };
        var uuid = Guid.NewGuid();
        var definition = DomainXml.Parse(DomainXmlWriter.Write(NewDomains.Of(wish, uuid, "/state/d", folder, notes.Add)));
        Assert.Equal(2, notes.Count);
        Assert.Contains("is a qcow2 image", notes[0], StringComparison.Ordinal);
        Assert.Contains("taken as a raw image", notes[1], StringComparison.Ordinal);
        Assert.Equal(uuid, definition.Uuid);
        Assert.Equal([ImageFormat.Qcow2, ImageFormat.Raw], definition.Disks.Select(disk => disk.Format));
        Assert.Equal($"{folder}/r", definition.Disk(new DiskTarget("vdb")).Source!.Value.Value);
        Assert.True(definition.Disk(new DiskTarget("vdb")).ReadOnly);
        Assert.Equal("/state/d/console.log", definition.Serials[0].LogFile);
        Assert.Equal($"{folder}/s.sock", definition.Serials[1].SocketPath);
        Assert.StartsWith("52:54:00:", Assert.Single(definition.Interfaces).MacAddress, StringComparison.Ordinal);
    }

    [Fact]
    public void One_image_for_two_disks_is_refused_and_a_missing_one_says_how_to_make_it()
    {
        File.WriteAllText($"{folder}/r", "");
        var wish = new DomainWish(DomainName.Parse("web1"), Accelerator.Tcg, 1 << 20, 1, "pc");
        var twice = wish with { Disks = [DiskWish.Parse("r").Wish!, DiskWish.Parse("./r").Wish!] };
        Assert.Contains("twice", Refusal(twice).Message, StringComparison.Ordinal);
        var missing = wish with { Disks = [DiskWish.Parse("none").Wish!] };
        Assert.Contains("qemu-img create", Refusal(missing).Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", 3, "")]
    [InlineData("a\nb\nc\n", 2, "b\nc\n")]
    [InlineData("a\nb\nc", 2, "b\nc")]
    [InlineData("a\nb\n", 5, "a\nb\n")]
    [InlineData("a\nb\n", 0, "")]
    public async Task The_end_of_a_log_is_its_last_lines(string log, int lines, string expected)
    {
        File.WriteAllText($"{folder}/log", log);
        Assert.Equal(expected, await LogTail.ReadAsync($"{folder}/log", lines, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task The_end_of_a_large_log_is_found_across_blocks()
    {
        File.WriteAllLines($"{folder}/log", Enumerable.Range(0, 50_000).Select(at => $"line {at} {new string('x', 20)}"));
        var tail = await LogTail.ReadAsync($"{folder}/log", 10_000, TestContext.Current.CancellationToken);
        Assert.StartsWith("line 40000 ", tail, StringComparison.Ordinal);
        Assert.Equal(10_000, tail.Count(letter => letter == '\n'));
    }

    private static string[] Names(params DiskBus[] buses) => [.. DiskNames.For(buses).Select(target => target.Name)];

    private SnapshotException Refusal(DomainWish wish) =>
        Assert.Throws<SnapshotException>(() => NewDomains.Of(wish, Guid.NewGuid(), "/state", folder, _ => { }));
}
