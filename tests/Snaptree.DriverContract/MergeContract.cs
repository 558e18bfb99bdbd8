using Snaptree.Drivers;
using Snaptree.Model;
using static Snaptree.DriverContract.Disks;

namespace Snaptree.DriverContract;

/// <summary>
/// <see cref="IImageMerges"/>: chains base (0xa0) &lt;- mid (0xa1 in cell 1) &lt;- top (0xa2 in cell 2), merged in every way, running and shut off.
/// </summary>
public abstract class MergeContract<TBench>
    where TBench : DriverBench, new()
{
    private const string Job = "job-merge";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_middle_image_is_committed_down_and_again_without_harm(bool running)
    {
        await using var bench = new TBench();
        var (domain, chain) = await ChainAsync(bench, running);
        var merge = new MergeRequest(Vda, chain[1], chain[0], Job);
        for (var time = 1; time <= 2; time++)
        {
            await bench.Driver.Merges.CommitAsync(domain, merge, bench.Quiet, bench.Token);
            Assert.Equal(Shown, await bench.ReadAsync(chain[2]));
        }

        if (!running)
        {
            await bench.Driver.Merges.RebaseHeaderAsync(chain[2], chain[0], ImageFormat.Qcow2, bench.Token);
        }

        var view = await bench.LookAsync(domain, chain);
        Assert.Equal(chain[0], view.Images.Get(chain[2]).Backing!.Path);
        Assert.Empty(view.Jobs);
        Assert.False(view.IsOpen(chain[1]));
        Assert.Equal(Of(0xa0, (1, 0xa1)), await bench.ReadAsync(chain[0]));

        // An image that is gone has been committed.
        await bench.Driver.Store.DeleteAsync(chain[1].Value, bench.Token);
        await bench.Driver.Merges.CommitAsync(domain, merge, bench.Quiet, bench.Token);
        Assert.Equal(Shown, await bench.ReadAsync(chain[2]));
    }

    [Fact]
    public async Task The_top_image_of_a_shut_off_domain_is_committed_down_and_emptied()
    {
        await using var bench = new TBench();
        var (domain, chain) = await ChainAsync(bench, running: false);
        var merge = new MergeRequest(Vda, chain[2], chain[1], Job);
        await bench.Driver.Merges.CommitAsync(domain, merge, bench.Quiet, bench.Token);
        Assert.False((await bench.LookAsync(domain, chain)).Images.Get(chain[2]).HoldsData);
        await bench.Driver.Merges.CommitAsync(domain, merge, bench.Quiet, bench.Token);
        await bench.Driver.Merges.PivotAsync(domain, merge, bench.Quiet, bench.Token);
        Assert.Equal(Shown, await bench.ReadAsync(chain[2]));
        Assert.Equal(Shown, await bench.ReadAsync(chain[1]));
    }

    [Fact]
    public async Task What_the_guest_writes_to_is_kept_in_step_and_the_guest_goes_on_with_the_base()
    {
        await using var bench = new TBench();
        var (domain, chain) = await ChainAsync(bench, running: true);
        var merge = new MergeRequest(Vda, chain[2], chain[1], Job);
        await bench.Driver.Merges.CommitAsync(domain, merge, bench.Quiet, bench.Token);
        await bench.Driver.Merges.CommitAsync(domain, merge, bench.Quiet, bench.Token);
        Assert.Equal(JobView.Ready, (await bench.LookAsync(domain)).Jobs.Single(job => job.Id == Job).Status);
        Assert.Equal(chain[2], (await bench.LookAsync(domain)).OpenTop(Vda));

        await bench.GuestWriteAsync(domain, Vda, 3, 0xa3);
        await bench.Driver.Process.PauseAsync(domain, bench.Token);
        for (var time = 1; time <= 2; time++)
        {
            await bench.Driver.Merges.PivotAsync(domain, merge, bench.Quiet, bench.Token);
            Assert.Equal([chain[1], chain[0]], (await bench.LookAsync(domain)).Disks.Single().OpenChain);
        }

        Assert.Empty((await bench.LookAsync(domain)).Jobs);
        await bench.Driver.Process.ResumeAsync(domain, bench.Token);
        await bench.GuestWriteAsync(domain, Vda, 4, 0xa4);
        Assert.Equal(Of(0xa0, (1, 0xa1), (2, 0xa2), (3, 0xa3), (4, 0xa4)), await bench.ReadAsync(chain[1]));
        await bench.Driver.Store.DeleteAsync(chain[2].Value, bench.Token);
    }

    [Fact]
    public async Task A_guest_that_dies_in_a_commit_has_its_last_bytes_brought_down_by_the_pivot()
    {
        await using var bench = new TBench();
        var (domain, chain) = await ChainAsync(bench, running: true);
        var merge = new MergeRequest(Vda, chain[2], chain[1], Job);
        await bench.Driver.Merges.CommitAsync(domain, merge, bench.Quiet, bench.Token);
        await bench.GuestWriteAsync(domain, Vda, 3, 0xa3);
        await bench.KillAsync(domain);
        await bench.Driver.Merges.PivotAsync(domain, merge, bench.Quiet, bench.Token);
        await bench.Driver.Merges.PivotAsync(domain, merge, bench.Quiet, bench.Token);
        Assert.Equal(Of(0xa0, (1, 0xa1), (2, 0xa2), (3, 0xa3)), await bench.ReadAsync(chain[1]));
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 1)]
    [InlineData(false, 2)]
    [InlineData(true, 2)]
    public async Task An_image_is_streamed_up_and_again_without_harm(bool running, int top)
    {
        await using var bench = new TBench();
        var (domain, chain) = await ChainAsync(bench, running);
        for (var time = 1; time <= 2; time++)
        {
            await bench.Driver.Merges.PullAsync(domain, new MergeRequest(Vda, chain[top], chain[top - 1], Job), bench.Quiet, bench.Token);
            Assert.Equal(Shown, await bench.ReadAsync(chain[2]));
        }

        var view = await bench.LookAsync(domain, chain);
        Assert.Equal(top == 1 ? (ImagePath?)null : chain[0], view.Images.Get(chain[top]).Backing?.Path);
        Assert.False(view.IsOpen(chain[top - 1]));
        Assert.Empty(view.Jobs);
        Assert.Equal(top == 1 ? Of(0xa0) : Of(0xa0, (1, 0xa1)), await bench.ReadAsync(chain[top - 1]));
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(true, 2)]
    [InlineData(false, 1)]
    public async Task A_job_left_by_a_crash_is_adopted(bool isCommit, int top)
    {
        await using var bench = new TBench();
        var (domain, chain) = await ChainAsync(bench, running: true);
        var merge = new MergeRequest(Vda, chain[top], chain[top - 1], Job);
        await bench.LeaveMergeAsync(domain, merge, isCommit);
        Assert.Equal(Job, (await bench.LookAsync(domain)).Jobs.Single().Id);
        await (isCommit
            ? bench.Driver.Merges.CommitAsync(domain, merge, bench.Quiet, bench.Token)
            : bench.Driver.Merges.PullAsync(domain, merge, bench.Quiet, bench.Token));

        var view = await bench.LookAsync(domain, chain);
        Assert.Equal(top == 2 ? [JobView.Ready] : [], view.Jobs.Select(job => job.Status));
        Assert.Equal(top == 2 ? chain.Length : chain.Length - 1, view.Disks.Single().OpenChain.Length);
        Assert.Equal(Shown, await bench.ReadAsync(chain[2]));
    }

    [Theory]
    [InlineData(true, 2)]
    [InlineData(false, 1)]
    public async Task A_job_left_by_a_crash_is_given_up_and_the_guest_sees_nothing_of_it(bool isCommit, int top)
    {
        await using var bench = new TBench();
        var (domain, chain) = await ChainAsync(bench, running: true);
        await bench.Driver.Merges.CancelAsync(domain, "no-such-job", bench.Token);
        await bench.LeaveMergeAsync(domain, new MergeRequest(Vda, chain[top], chain[top - 1], Job), isCommit);
        await bench.Driver.Merges.CancelAsync(domain, Job, bench.Token);
        await bench.Driver.Merges.CancelAsync(domain, Job, bench.Token);

        var view = await bench.LookAsync(domain);
        Assert.Empty(view.Jobs);
        Assert.Equal(chain[2], view.OpenTop(Vda));
        await bench.GuestWriteAsync(domain, Vda, 3, 0xa3);
        Assert.Equal(Of(0xa0, (1, 0xa1), (2, 0xa2), (3, 0xa3)), await bench.ReadAsync(chain[2]));
    }

    [Fact]
    public async Task A_cancelled_stream_leaves_the_chain_as_it_was()
    {
        await using var bench = new TBench();
        var (domain, chain) = await ChainAsync(bench, running: true);
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => bench.Driver.Merges.PullAsync(domain, new MergeRequest(Vda, chain[2], chain[1], Job), bench.Quiet, cancelled.Token));
        await bench.Driver.Merges.CancelAsync(domain, Job, bench.Token);
        Assert.Equal([chain[2], chain[1], chain[0]], (await bench.LookAsync(domain)).Disks.Single().OpenChain);
        Assert.Equal(Shown, await bench.ReadAsync(chain[2]));
    }

    [Fact]
    public async Task Images_that_do_not_stand_on_each_other_are_not_committed()
    {
        await using var bench = new TBench();
        var (domain, chain) = await ChainAsync(bench, running: false);
        var error = await Assert.ThrowsAsync<SnapshotException>(
            () => bench.Driver.Merges.CommitAsync(domain, new MergeRequest(Vda, chain[2], chain[0], Job), bench.Quiet, bench.Token));
        Assert.Equal(ErrorCode.OperationFailed, error.Code);
        Assert.Equal(Shown, await bench.ReadAsync(chain[2]));
        Assert.Equal(Of(0xa0), await bench.ReadAsync(chain[0]));
    }

    [Fact]
    public async Task What_another_process_has_open_is_not_merged_behind_its_back()
    {
        await using var bench = new TBench();
        var (running, chain) = await ChainAsync(bench, running: true);
        var shutOff = running with { Instance = null };
        foreach (var act in new Func<Task>[]
        {
            () => bench.Driver.Merges.CommitAsync(shutOff, new MergeRequest(Vda, chain[1], chain[0], Job), bench.Quiet, bench.Token),
            () => bench.Driver.Merges.PullAsync(shutOff, new MergeRequest(Vda, chain[2], chain[1], Job), bench.Quiet, bench.Token),
            () => bench.Driver.Merges.RebaseHeaderAsync(chain[2], chain[0], ImageFormat.Qcow2, bench.Token),
        })
        {
            var error = await Assert.ThrowsAsync<SnapshotException>(act);
            Assert.Contains("lock", error.Foreign!.Text);
        }

        Assert.Equal(Shown, await bench.ReadAsync(chain[2]));
        Assert.Equal(Of(0xa0), await bench.ReadAsync(chain[0]));
        Assert.Equal(chain[1], (await bench.LookAsync(running)).Images.Get(chain[2]).Backing!.Path);
    }

    private static byte[] Shown => Of(0xa0, (1, 0xa1), (2, 0xa2));

    /// <returns>The domain, and its images from the base up.</returns>
    private static async Task<(DomainSpec Domain, ImagePath[] Chain)> ChainAsync(DriverBench bench, bool running)
    {
        List<ImagePath> chain = [await bench.CreateAsync("base.qcow2", 0xa0)];
        foreach (var name in new[] { "mid.qcow2", "top.qcow2" })
        {
            chain.Add(await bench.CreateOverlayAsync(Vda, chain[^1], name));
            await bench.WriteAsync(chain[^1], chain.Count - 1, (byte)(0xa0 + chain.Count - 1));
        }

        var disk = (Vda, chain[^1], ImageFormat.Qcow2);
        return (running ? await bench.StartAsync(disk) : bench.Define(disk), [.. chain]);
    }
}
