using Snaptree.Model;
using Snaptree.TestKit;

namespace Snaptree.Engine.Tests;

/// <summary>Create, revert and delete on a shut off domain; each layer has its own byte.</summary>
public sealed class ShutOffTests
{
    [Theory]
    [InlineData(ImageFormat.Qcow2)]
    [InlineData(ImageFormat.Raw)]
    public async Task A_chain_is_built_reverted_and_taken_down_to_the_users_own_image(ImageFormat format)
    {
        await using var lab = new EngineLab();
        var disk = await lab.CreateDiskAsync(format == ImageFormat.Raw ? "a.raw" : "a.qcow2", 0xa0, format);
        await lab.DefineAsync("vm", disk);
        var contents = new Dictionary<string, string>();
        for (var layer = 1; layer <= 3; layer++)
        {
            contents[$"s{layer}"] = await PresentAsync(lab);
            await lab.CreateAsync("vm", $"s{layer}");
            await lab.FillAsync((await lab.ActiveAsync("vm")).Path, (byte)(0xa0 + layer), $"{layer * 512}k", "512k");
        }

        var present = await PresentAsync(lab);
        await lab.DeleteAsync("vm", "s2");
        Assert.Equal(present, await PresentAsync(lab));
        await lab.RevertAsync("vm", "s3");
        Assert.Equal(contents["s3"], await PresentAsync(lab));
        await lab.RevertAsync("vm", "s1");
        Assert.Equal(contents["s1"], await PresentAsync(lab));

        await lab.DeleteAsync("vm", "s3");
        await lab.DeleteAsync("vm", "s1");
        var active = await lab.ActiveAsync("vm");
        Assert.Equal(disk, active.Path);
        Assert.Equal(contents["s1"], await PresentAsync(lab));
        Assert.Equal([disk.Value], Directory.GetFiles(lab.Disks));
        Assert.Empty(lab.Unclaimed("vm"));
    }

    [Fact]
    public async Task Forks_are_deleted_in_any_order_and_shared_bases_go_when_one_branch_is_left()
    {
        await using var lab = new EngineLab();
        await lab.DefineAsync("vm", await lab.CreateDiskAsync("a.qcow2", 0xa0));
        await lab.CreateAsync("vm", "root");
        await WriteAsync(lab, 0xa1, "1M");
        await lab.CreateAsync("vm", "left");
        await lab.RevertAsync("vm", "root");
        await WriteAsync(lab, 0xb1, "2M");
        await lab.CreateAsync("vm", "right");
        await WriteAsync(lab, 0xb2, "3M");

        var present = await PresentAsync(lab);
        var points = await lab.RestorePointsAsync("vm");
        await lab.DeleteAsync("vm", "root");
        Assert.Equal(present, await PresentAsync(lab));
        Assert.Subset(Bytes(points), Bytes(await lab.RestorePointsAsync("vm")));

        await lab.DeleteAsync("vm", "left");
        await lab.DeleteAsync("vm", "right");
        Assert.Equal(present, await PresentAsync(lab));
        Assert.Single(Directory.GetFiles(lab.Disks));
    }

    [Fact]
    public async Task A_template_below_the_domains_own_image_is_never_written_to()
    {
        await using var lab = new EngineLab();
        var template = await lab.CreateDiskAsync("template.qcow2", 0x70);
        var own = new ImagePath($"{lab.Disks}/a.qcow2");
        await lab.ToolAsync("qemu-img", "create", "-q", "-f", "qcow2", "-b", "template.qcow2", "-F", "qcow2", own.Value);
        var sum = await File.ReadAllBytesAsync(template.Value, lab.Token);
        await lab.DefineAsync("vm", own);
        await lab.CreateAsync("vm", "s1");
        await WriteAsync(lab, 0xa1, "1M");
        await lab.DeleteAsync("vm", "s1");

        Assert.Equal(own, (await lab.ActiveAsync("vm")).Path);
        Assert.Equal(sum, await File.ReadAllBytesAsync(template.Value, lab.Token));
    }

    [Fact]
    public async Task An_image_that_another_domain_stands_on_is_left_alone()
    {
        await using var lab = new EngineLab();
        var shared = await lab.CreateDiskAsync("a.qcow2", 0xa0);
        await lab.DefineAsync("vm", shared);
        await lab.CreateAsync("vm", "s1");
        await WriteAsync(lab, 0xa1, "1M");
        var clone = new ImagePath($"{lab.Disks}/clone.qcow2");
        await lab.ToolAsync("qemu-img", "create", "-q", "-f", "qcow2", "-b", shared.Value, "-F", "qcow2", clone.Value);
        await lab.DefineAsync("other", clone);
        var others = await lab.ContentsAsync(clone, ImageFormat.Qcow2);

        await lab.DeleteAsync("vm", "s1");
        Assert.Equal(others, await lab.ContentsAsync(clone, ImageFormat.Qcow2));
    }

    [Fact]
    public async Task Files_that_we_make_are_nobody_elses_business()
    {
        await using var lab = new EngineLab();
        var disk = await lab.CreateDiskAsync("a.qcow2", 0xa0);
        File.SetUnixFileMode(disk.Value, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        await lab.DefineAsync("vm", disk);
        await lab.CreateAsync("vm", "s1");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode((await lab.ActiveAsync("vm")).Path.Value));
    }

    private static async Task<string> PresentAsync(EngineLab lab)
    {
        var active = await lab.ActiveAsync("vm");
        return await lab.ContentsAsync(active.Path, active.Format);
    }

    private static HashSet<string> Bytes(IEnumerable<string> points) => [.. points.Where(line => line.StartsWith("  ", StringComparison.Ordinal))];

    private static async Task WriteAsync(EngineLab lab, byte pattern, string offset) =>
        await lab.FillAsync((await lab.ActiveAsync("vm")).Path, pattern, offset, "1M");
}
