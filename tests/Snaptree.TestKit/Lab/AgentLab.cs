using System.Globalization;
using Snaptree.Drivers.Qemu;
using Snaptree.Model;

namespace Snaptree.TestKit;

/// <summary>A lab with one domain whose guest has a file system on its disk, writes to it without pause, and may run QEMU's guest agent.</summary>
public sealed class AgentLab : IAsyncDisposable
{
    public const string Name = "vm";
    private const string Disk = "vda";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly GuestChannel channel;

    private AgentLab(EngineLab lab)
    {
        Lab = lab;
        channel = new GuestChannel(Socket);
    }

    public EngineLab Lab { get; }

    public CancellationToken Token => Lab.Token;

    /// <summary>The agent's socket in the present process.</summary>
    public string AgentSocket => Directory.EnumerateDirectories($"{Lab.Folder}/run/{Lab.Engine.Sessions.Find(Name).Uuid}").Single() + "/agent";

    /// <summary>Whether the driver has left anything that tells of a freeze.</summary>
    public bool HasMark => File.Exists($"{AgentSocket}.frozen");

    private string Socket => $"{Lab.Folder}/guest";

    /// <param name="runAgent">Start the agent in the guest.</param>
    /// <param name="guard">Starts a process that thaws the guest when we cannot.</param>
    public static async Task<AgentLab> StartAsync(bool runAgent, ThawGuardCommand? guard, Func<QemuSettings, QemuSettings>? change = null)
    {
        var lab = new EngineLab(change: settings =>
        {
            var guarded = settings with { ThawGuard = guard };
            return change is null ? guarded : change(guarded);
        });
        var agent = new AgentLab(lab);
        try
        {
            await agent.BootAsync(await GuestImage.BuildAsync(lab.Token), runAgent);
            return agent;
        }
        catch
        {
            await agent.DisposeAsync();
            throw;
        }
    }

    /// <summary>The agent as a process in the guest: <c>start</c>, <c>stop</c>, <c>continue</c>, <c>kill</c>.</summary>
    public Task AgentAsync(string order) => channel.AskAsync($"agent {order}", Token);

    /// <summary>The number of the last file that has got through to the guest's disk.</summary>
    public async Task<long> WrittenAsync() =>
        long.Parse(await channel.AskAsync($"journaled {Disk}", Token), NumberStyles.None, CultureInfo.InvariantCulture);

    /// <summary>Waits until the guest has written so many more files; fails when it does not for a minute.</summary>
    public async Task WriteOnAsync(long more = 3)
    {
        var last = await WrittenAsync() + more;
        var began = TimeProvider.System.GetTimestamp();
        while (await WrittenAsync() < last)
        {
            if (TimeProvider.System.GetElapsedTime(began) > Patience)
            {
                throw new TimeoutException("the guest does not write; are its file systems frozen?");
            }
        }
    }

    /// <summary>The guest counts on for about half a second, and no file gets through.</summary>
    public async Task<bool> CannotWriteAsync()
    {
        var (ticks, written) = (await channel.TicksAsync(Token), await WrittenAsync());
        while (await channel.TicksAsync(Token) < ticks + 30)
        {
        }

        return written == await WrittenAsync();
    }

    /// <summary>What the restore point's file system says of itself: its journal is empty, and all its tables agree.</summary>
    public async Task<bool> IsCleanAsync(Snapshot snapshot)
    {
        var part = snapshot.Disks.Single();
        var raw = $"{Lab.Folder}/{snapshot.Name}.raw";
        await Lab.ToolAsync("qemu-img", "convert", "-U", "-f", part.Format == ImageFormat.Raw ? "raw" : "qcow2", "-O", "raw", part.Image!.Value.Value, raw);
        var head = await Lab.ToolAsync("dumpe2fs", "-h", raw);
        if (head.Contains("needs_recovery", StringComparison.Ordinal))
        {
            return false;
        }

        await Lab.ToolAsync("e2fsck", "-f", "-n", raw);
        return true;
    }

    public async ValueTask DisposeAsync()
    {
        await channel.DisposeAsync();
        await Lab.DisposeAsync();
    }

    private async Task BootAsync(GuestImage image, bool runAgent)
    {
        var (raw, disk) = ($"{Lab.Folder}/fresh.raw", new ImagePath($"{Lab.Disks}/a.qcow2"));
        await Lab.ToolAsync("truncate", "-s", "8M", raw);
        await Lab.ToolAsync("mkfs.ext4", "-q", "-F", raw);
        await Lab.ToolAsync("qemu-img", "convert", "-f", "raw", "-O", "qcow2", raw, disk.Value);
        var boot = new LabGuest(image.Kernel, image.AgentInitrd, GuestImage.CommandLine, $"{Lab.Folder}/console.log", Socket, MemoryMib: 112);
        await Lab.Engine.Domains.DefineAsync(LabDomains.Write(Name, [disk], boot, hasAgent: true), Token);
        await Lab.Engine.Domains.StartAsync(Name, DomainStartFlags.None, Lab.Quiet, Token);
        await channel.WaitUntilReadyAsync(TimeSpan.FromMinutes(1), Token);
        await channel.AskAsync($"mount {Disk}", Token);
        await channel.AskAsync($"journal {Disk} on", Token);
        if (runAgent)
        {
            await AgentAsync("start");
        }
    }
}
