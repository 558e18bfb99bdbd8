using Snaptree.Model;

namespace Snaptree.Drivers.Qemu.Tests;

/// <summary>Chains base (0xa0) &lt;- mid (0xa1 in the second MiB) &lt;- top (0xa2 in the third), merged in every way, running and shut off.</summary>
public sealed class MergeTests
{
    private static readonly DiskTarget Vda = new("vda");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_middle_image_is_committed_down(bool running)
    {
        await using var lab = new DriverLab();
        var (domain, chain) = await ChainAsync(lab, running);
        var merge = new MergeRequest(Vda, chain[1], chain[0], "job-commit");
        await lab.Driver.Merges.CommitAsync(domain, merge, lab.NoProgress, lab.Token);
        if (!running)
        {
            await lab.Driver.Merges.RebaseHeaderAsync(chain[2], chain[0], ImageFormat.Qcow2, lab.Token);
        }

        var view = await lab.LookAsync(domain, chain);
        Assert.Equal(chain[0], view.Images.Get(chain[2]).Backing!.Path);
        Assert.Empty(view.Jobs);
        Assert.False(view.IsOpen(chain[1]));
        await ExpectLayersAsync(lab, chain[2]);
        await lab.ExpectAsync(chain[0], 0xa1, "1M", "1M");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_top_image_is_committed_down_and_the_guest_goes_on_with_the_base(bool running)
    {
        await using var lab = new DriverLab();
        var (domain, chain) = await ChainAsync(lab, running);
        var merge = new MergeRequest(Vda, chain[2], chain[1], "job-commit");
        await lab.Driver.Merges.CommitAsync(domain, merge, lab.NoProgress, lab.Token);
        if (running)
        {
            Assert.Equal(JobView.Ready, (await lab.LookAsync(domain)).Jobs.Single().Status);
            await lab.Driver.Process.PauseAsync(domain, lab.Token);
            await lab.Driver.Merges.PivotAsync(domain, merge, lab.NoProgress, lab.Token);
            Assert.Equal([chain[1], chain[0]], (await lab.LookAsync(domain)).Disks.Single().OpenChain);
            await lab.Driver.Merges.PivotAsync(domain, merge, lab.NoProgress, lab.Token);
        }
        else
        {
            Assert.False((await lab.LookAsync(domain, chain)).Images.Get(chain[2]).HoldsData);
        }

        await ExpectLayersAsync(lab, chain[1]);
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 1)]
    [InlineData(false, 2)]
    [InlineData(true, 2)]
    public async Task An_image_is_streamed_up(bool running, int top)
    {
        await using var lab = new DriverLab();
        var (domain, chain) = await ChainAsync(lab, running);
        await lab.Driver.Merges.PullAsync(domain, new MergeRequest(Vda, chain[top], chain[top - 1], "job-pull"), lab.NoProgress, lab.Token);

        var view = await lab.LookAsync(domain, chain);
        Assert.Equal(top == 1 ? (ImagePath?)null : chain[0], view.Images.Get(chain[top]).Backing?.Path);
        Assert.False(view.IsOpen(chain[top - 1]));
        await ExpectLayersAsync(lab, chain[2]);
    }

    [Fact]
    public async Task A_cancelled_stream_leaves_the_chain_as_it_was()
    {
        await using var lab = new DriverLab();
        var (domain, chain) = await ChainAsync(lab, running: true);
        await lab.Driver.Merges.CancelAsync(domain, "no-such-job", lab.Token);
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => lab.Driver.Merges.PullAsync(domain, new MergeRequest(Vda, chain[2], chain[1], "job-pull"), lab.NoProgress, cancelled.Token));
        await lab.Driver.Merges.CancelAsync(domain, "job-pull", lab.Token);

        Assert.Equal([chain[2], chain[1], chain[0]], (await lab.LookAsync(domain)).Disks.Single().OpenChain);
        await ExpectLayersAsync(lab, chain[2]);
    }

    private static async Task<(DomainSpec Domain, ImagePath[] Chain)> ChainAsync(DriverLab lab, bool running)
    {
        var @base = await lab.CreateAsync("base.qcow2", 0xa0);
        ImagePath[] chain = [@base, lab.Image("mid.qcow2"), lab.Image("top.qcow2")];
        for (var depth = 1; depth < chain.Length; depth++)
        {
            await lab.Driver.Overlays.CreateAsync(lab.Overlay("vda", chain[depth - 1], chain[depth].FileName), lab.Token);
            await lab.FillAsync(chain[depth], (byte)(0xa0 + depth), $"{depth}M", "1M");
        }

        var domain = running
            ? await lab.StartAsync(("vda", chain[2], ImageFormat.Qcow2))
            : lab.Define(("vda", chain[2], ImageFormat.Qcow2));
        return (domain, chain);
    }

    private static async Task ExpectLayersAsync(DriverLab lab, ImagePath top)
    {
        await lab.ExpectAsync(top, 0xa0, "0", "1M");
        await lab.ExpectAsync(top, 0xa1, "1M", "1M");
        await lab.ExpectAsync(top, 0xa2, "2M", "1M");
        await lab.ExpectAsync(top, 0xa0, "3M", "5M");
    }
}
