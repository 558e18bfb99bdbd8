using System.Diagnostics;

namespace Snaptree.TestKit.Tests;

/// <summary>The guest itself on trial: what it says of its memory and disks is checked from outside.</summary>
public sealed class GuestTests : IAsyncLifetime
{
    private const int Limit = 300_000;
    private const long DiskBytes = 8 << 20;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("guest-");
    private GuestImage image = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => image = await GuestImage.BuildAsync(Token);

    public ValueTask DisposeAsync()
    {
        folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    [Theory(Timeout = Limit)]
    [InlineData("pc", 0)]
    [InlineData("q35", 3)]
    public async Task It_boots_answers_and_powers_off(string machine, int disks)
    {
        await using var guest = await BootAsync([.. Enumerable.Range(0, disks).Select(n => MakeRawDisk($"{n}.raw"))], machine);
        Assert.True(await guest.Channel.TicksAsync(Token) > 0);
        var refusal = await Assert.ThrowsAsync<GuestRefusedException>(() => guest.Channel.SumAsync($"vd{(char)('a' + disks)}", 0, 512, Token));
        Assert.Contains("no disk", refusal.Reason);
        await guest.Channel.PowerOffAsync(Token);
        Assert.Equal(0, await guest.ExitAsync(Token));
        await Assert.ThrowsAsync<GuestLostException>(() => guest.Channel.PingAsync(Token));
    }

    [Fact(Timeout = Limit)]
    public async Task It_ticks_and_never_skips_one()
    {
        await using var guest = await BootAsync([]);
        var from = await guest.Console.WaitForTickAfterAsync(0, GuestMachine.Patience, Token);
        await guest.Console.WaitForTickAfterAsync(from + 200, GuestMachine.Patience, Token);
        AssertUnbroken(guest.Console.Read());
    }

    [Fact(Timeout = Limit)]
    public async Task Filled_memory_has_the_sum_that_the_host_computes()
    {
        await using var guest = await BootAsync([]);
        foreach (var (mib, seed) in new[] { (1, 0), (12, 7), (12, 100_000) })
        {
            await guest.Channel.FillAsync(mib, seed, Token);
            Assert.Equal(await GuestPatterns.FillAsync(image, mib, seed, Token), await guest.Channel.MemorySumAsync(Token));
        }

        var refusal = await Assert.ThrowsAsync<GuestRefusedException>(() => guest.Channel.FillAsync(GuestMachine.MemoryMib, 1, Token));
        Assert.Contains("free", refusal.Reason);
        await guest.Channel.PingAsync(Token);
    }

    [Fact(Timeout = Limit)]
    public async Task What_it_writes_to_two_disks_is_in_their_images()
    {
        var raw = MakeRawDisk("a.raw");
        var qcow2 = new GuestDisk($"{folder.FullName}/b.qcow2", "qcow2");
        await QemuImgAsync("create", "-q", "-f", "qcow2", qcow2.Path, $"{DiskBytes}");
        await using (var guest = await BootAsync([raw, qcow2]))
        {
            await guest.Channel.WriteAsync("vda", 512, 3 * 512, 0xa5, Token);
            await guest.Channel.WriteAsync("vdb", 1 << 20, (2 << 20) + 512, 0xff, Token);
            Assert.Equal(GuestPatterns.Of(0xa5, 3 * 512), await guest.Channel.SumAsync("vda", 512, 3 * 512, Token));
            Assert.Equal(GuestPatterns.Of(0xff, (2 << 20) + 512), await guest.Channel.SumAsync("vdb", 1 << 20, (2 << 20) + 512, Token));
            Assert.Equal(await GuestPatterns.FileAsync(raw.Path, 0, 1 << 20, Token), await guest.Channel.SumAsync("vda", 0, 1 << 20, Token));
            await Assert.ThrowsAsync<GuestRefusedException>(() => guest.Channel.WriteAsync("vda", DiskBytes, 512, 1, Token));
            await guest.Channel.PowerOffAsync(Token);
            await guest.ExitAsync(Token);
        }

        var converted = $"{folder.FullName}/b.raw";
        await QemuImgAsync("convert", "-O", "raw", qcow2.Path, converted);
        Assert.Equal(GuestPatterns.Of(0xff, (2 << 20) + 512), await GuestPatterns.FileAsync(converted, 1 << 20, (2 << 20) + 512, Token));
        Assert.Equal(GuestPatterns.Of(0, 1 << 20), await GuestPatterns.FileAsync(converted, 0, 1 << 20, Token));
        Assert.Equal(GuestPatterns.Of(0xa5, 3 * 512), await GuestPatterns.FileAsync(raw.Path, 512, 3 * 512, Token));
    }

    [Fact(Timeout = Limit)]
    public async Task A_sum_comes_from_the_disk_and_not_from_the_guests_cache()
    {
        var disk = MakeRawDisk("a.raw");
        await using var guest = await BootAsync([disk]);
        var zeros = GuestPatterns.Of(0, 1 << 20);
        Assert.Equal(zeros, await guest.Channel.CachedSumAsync("vda", 0, 1 << 20, Token));
        await using (var file = new FileStream(disk.Path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            await file.WriteAsync(Enumerable.Repeat((byte)0x77, 1 << 20).ToArray(), Token);
        }

        // The first line shows that there is a cache to be misled by.
        Assert.Equal(zeros, await guest.Channel.CachedSumAsync("vda", 0, 1 << 20, Token));
        Assert.Equal(GuestPatterns.Of(0x77, 1 << 20), await guest.Channel.SumAsync("vda", 0, 1 << 20, Token));
    }

    [Fact(Timeout = Limit)]
    public async Task Background_writers_stop_when_told_and_stay_in_their_half_of_the_disk()
    {
        var disk = MakeRawDisk("a.raw");
        await using var guest = await BootAsync([disk]);
        await guest.Channel.FillAsync(8, 3, Token);
        await guest.Channel.DirtyAsync(4, Token);
        await guest.Channel.LoadAsync("vda", on: true, Token);
        await guest.Console.WaitForTickAfterAsync(guest.Console.Last() + 50, GuestMachine.Patience, Token);
        await guest.Channel.LoadAsync("vda", on: false, Token);
        await guest.Channel.DirtyAsync(0, Token);
        var written = await guest.Channel.SumAsync("vda", DiskBytes / 2, DiskBytes / 2, Token);
        Assert.NotEqual(GuestPatterns.Of(0, DiskBytes / 2), written);
        Assert.Equal(written, await GuestPatterns.FileAsync(disk.Path, DiskBytes / 2, DiskBytes / 2, Token));
        Assert.Equal(GuestPatterns.Of(0, DiskBytes / 2), await guest.Channel.SumAsync("vda", 0, DiskBytes / 2, Token));
        Assert.Equal(await GuestPatterns.FillAsync(image, 8, 3, Token), await guest.Channel.MemorySumAsync(Token));
    }

    [Fact(Timeout = Limit)]
    public async Task A_panic_reaches_qemu()
    {
        await using var guest = await BootAsync([]);
        using var panics = guest.Qmp.Subscribe(static happened => happened.Name == "GUEST_PANICKED");
        await guest.Channel.PanicAsync(Token);
        Assert.Equal("GUEST_PANICKED", (await panics.NextAsync(GuestMachine.Patience, Token)).Name);
    }

    [Fact(Timeout = Limit)]
    public async Task It_goes_on_from_a_memory_image_with_the_next_tick_and_the_same_memory()
    {
        var disk = MakeRawDisk("a.raw");
        var saved = $"{folder.FullName}/memory";
        await using var before = await BootAsync([disk]);
        await before.Channel.FillAsync(12, 5, Token);
        await before.Channel.WriteAsync("vda", 0, 4096, 0x11, Token);
        await before.Qmp.ExecuteAsync("stop", ct: Token);
        await before.MigrateAsync("migrate", $"exec:cat > {saved}", Token);
        await before.Qmp.ExecuteAsync("quit", ct: Token);
        await before.ExitAsync(Token);
        var last = before.Console.Last();

        await using var after = await GuestMachine.StartAsync(image, $"{folder.FullName}/after", [disk], incoming: true, cancellationToken: Token);
        await after.MigrateAsync("migrate-incoming", $"exec:cat {saved}", Token);
        await after.Qmp.ExecuteAsync("cont", ct: Token);
        await after.Console.WaitForTickAfterAsync(last + 50, GuestMachine.Patience, Token);
        AssertUnbroken(TickLog.ReadAcross(before.Console, after.Console));
        Assert.Equal(await GuestPatterns.FillAsync(image, 12, 5, Token), await after.Channel.MemorySumAsync(Token));
        Assert.Equal(GuestPatterns.Of(0x11, 4096), await after.Channel.SumAsync("vda", 0, 4096, Token));
    }

    /// <summary>From tick 1 on, each is the one before plus one.</summary>
    private static void AssertUnbroken(IReadOnlyList<long> ticks)
    {
        Assert.NotEmpty(ticks);
        Assert.Equal(Enumerable.Range(1, ticks.Count).Select(static n => (long)n), ticks);
    }

    private static async Task QemuImgAsync(params string[] arguments)
    {
        using var process = Process.Start("qemu-img", arguments);
        await process.WaitForExitAsync(Token).WaitAsync(GuestMachine.Patience, Token);
        Assert.Equal(0, process.ExitCode);
    }

    private GuestDisk MakeRawDisk(string name)
    {
        var path = $"{folder.FullName}/{name}";
        using var file = File.Create(path);
        file.SetLength(DiskBytes);
        return new GuestDisk(path, "raw");
    }

    private async Task<GuestMachine> BootAsync(IReadOnlyList<GuestDisk> disks, string machine = "pc")
    {
        var guest = await GuestMachine.StartAsync(image, $"{folder.FullName}/vm", disks, machine, cancellationToken: Token);
        try
        {
            await guest.Channel.WaitUntilReadyAsync(GuestMachine.Patience, Token);
            return guest;
        }
        catch
        {
            await guest.DisposeAsync();
            throw;
        }
    }
}
