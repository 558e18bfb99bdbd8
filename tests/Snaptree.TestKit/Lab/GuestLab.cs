using Snaptree.Engine;
using Snaptree.Model;
using Snaptree.Platform;

namespace Snaptree.TestKit;

/// <summary>A lab with one domain that runs the tiny guest on two disks, with memory filled: everything a revert must bring back.</summary>
public sealed class GuestLab : IAsyncDisposable
{
    public const string Name = "vm";
    public const int FillMib = 2;
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>Of each disk: no more than the marks need, as under emulation a checksum costs the guest 40 ms per MiB.</summary>
    public const int DiskBytes = 1 << 20;

    /// <summary>Mark n changes the n-th of these in each disk.</summary>
    public const int MarkBytes = 128 * 1024;

    private GuestLab(EngineLab lab, GuestImage image)
    {
        (Lab, Image) = (lab, image);
        Ticks = new TickLog(ConsoleLog);
    }

    public EngineLab Lab { get; }

    public GuestImage Image { get; }

    public TickLog Ticks { get; }

    public CancellationToken Token => Lab.Token;

    private string ConsoleLog => $"{Lab.Folder}/console.log";

    private string Socket => $"{Lab.Folder}/guest";

    public static async Task<GuestLab> StartAsync(IDurablePoints? points = null, ImageFormat second = ImageFormat.Raw)
    {
        var lab = new EngineLab(points);
        try
        {
            var guest = new GuestLab(lab, await GuestImage.BuildAsync(lab.Token));
            await guest.DefineAsync(second);
            await guest.BootAsync();
            return guest;
        }
        catch
        {
            await lab.DisposeAsync();
            throw;
        }
    }

    public async Task DefineAsync(ImageFormat second, int memoryMib = 96)
    {
        var size = $"{DiskBytes}";
        ImagePath[] disks =
        [
            await Lab.CreateDiskAsync("a.qcow2", 0xa0, size: size),
            await Lab.CreateDiskAsync(second == ImageFormat.Raw ? "b.raw" : "b.qcow2", 0xb0, second, size),
        ];
        var boot = new LabGuest(Image.Kernel, Image.Initrd, GuestImage.CommandLine, ConsoleLog, Socket, memoryMib);
        await Lab.Engine.Domains.DefineAsync(LabDomains.Write(Name, disks, boot), Token);
    }

    public async Task BootAsync()
    {
        await Lab.Engine.Domains.StartAsync(Name, DomainStartFlags.None, Lab.Quiet, Token);
        await using var channel = await ConnectAsync();
        await channel.FillAsync(FillMib, 1, Token);
    }

    public Task<GuestChannel> ConnectAsync() => GuestChannel.ConnectAsync(Socket, Token);

    /// <summary>Changes memory and both disks so that this moment can be told from every other.</summary>
    public async Task MarkAsync(int mark)
    {
        await using var channel = await ConnectAsync();
        await channel.FillAsync(FillMib, mark, Token);
        await channel.WriteAsync("vda", mark * MarkBytes, MarkBytes, (byte)(0xa0 + mark), Token);
        await channel.WriteAsync("vdb", mark * MarkBytes, MarkBytes, (byte)(0xb0 + mark), Token);
    }

    /// <summary>Memory and disks as the guest itself sees them.</summary>
    public async Task<GuestState> StateAsync()
    {
        await using var channel = await ConnectAsync();
        return new GuestState(
            await channel.MemorySumAsync(Token),
            await channel.SumAsync("vda", 0, DiskBytes, Token),
            await channel.SumAsync("vdb", 0, DiskBytes, Token));
    }

    /// <summary>The counter as the guest itself says it: the console may lag behind by a line.</summary>
    public async Task<long> TicksAsync()
    {
        await using var channel = await ConnectAsync();
        return await channel.TicksAsync(Token);
    }

    public async Task<DomainState> DomainStateAsync() => (await Lab.Engine.Domains.StatusAsync(Name, Token)).View.State;

    public async Task<int> ProcessIdAsync() => (await Lab.Engine.Domains.StatusAsync(Name, Token)).View.Hypervisor!.ProcessId;

    /// <summary>Ends QEMU from outside, as the kernel's OOM killer would.</summary>
    public async Task KillQemuAsync() => await ProcessIdentity.Find(await ProcessIdAsync())!.KillAsync(TimeSpan.FromSeconds(30), Token);

    public ValueTask DisposeAsync() => Lab.DisposeAsync();
}

/// <summary>Checksums that a guest gave of itself.</summary>
public sealed record GuestState(string Memory, string Vda, string Vdb);
