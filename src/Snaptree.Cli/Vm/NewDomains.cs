using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using Snaptree.Formats;
using Snaptree.Model;

namespace Snaptree.Cli.Vm;

/// <summary>What <c>vm create</c> was asked for, every value decided.</summary>
internal sealed record DomainWish(DomainName Name, Accelerator Accelerator, long MemoryBytes, int VirtualCpus, string Machine)
{
    public ImmutableArray<DiskWish> Disks { get; init; } = [];

    public DirectBoot? DirectBoot { get; init; }

    public string? SerialSocket { get; init; }

    /// <summary>Give the guest a network card on QEMU's user network.</summary>
    public bool HasNetwork { get; init; }

    /// <summary>Give the guest a port for its agent.</summary>
    public bool HasAgent { get; init; }
}

/// <summary>Makes the definition of a new domain from wishes.</summary>
internal static class NewDomains
{
    /// <param name="logFolder">Folder of the new domain's own files.</param>
    /// <param name="note">Told what was found out rather than said.</param>
    public static NewDomain Of(DomainWish wish, Guid uuid, string logFolder, string currentDirectory, Action<string> note)
    {
        var targets = DiskNames.For(wish.Disks.Select(disk => disk.Bus));
        ImmutableArray<NewDisk> disks = [.. wish.Disks.Zip(targets, (disk, target) => Disk(disk, target, currentDirectory, note))];
        RefuseTwice(disks);
        ImmutableArray<SerialPort> serials = [new($"{logFolder}/console.log", SocketPath: null)];
        if (wish.SerialSocket is { } socket)
        {
            serials = serials.Add(new(LogFile: null, RealPath.Of(socket, currentDirectory)));
        }

        return new NewDomain(
            wish.Name, uuid, wish.Accelerator, wish.MemoryBytes, wish.VirtualCpus, wish.Machine, disks,
            wish.DirectBoot is { } boot ? Resolved(boot, currentDirectory) : null,
            serials,
            wish.HasNetwork ? [new NetworkInterface("virtio", FreshMac())] : [],
            RandomDevice: true,
            CpuModel: null)
        {
            HasAgent = wish.HasAgent,
        };
    }

    private static NewDisk Disk(DiskWish wish, DiskTarget target, string currentDirectory, Action<string> note)
    {
        var path = RealPath.Of(wish.Path, currentDirectory);
        var found = ImageProbe.FormatOf(path);
        if (wish.Format is null)
        {
            note($"{target}: {path} is {(found == ImageFormat.Qcow2 ? "a qcow2 image" : "taken as a raw image")}; say format= to decide it yourself.");
        }

        return new NewDisk(target, wish.Bus, new ImagePath(path), wish.Format ?? found, DiskDevice.Disk, wish.ReadOnly);
    }

    private static DirectBoot Resolved(DirectBoot boot, string currentDirectory) =>
        boot with
        {
            Kernel = RealPath.Of(boot.Kernel, currentDirectory),
            Initrd = boot.Initrd is { } initrd ? RealPath.Of(initrd, currentDirectory) : null,
        };

    private static void RefuseTwice(ImmutableArray<NewDisk> disks)
    {
        if (disks.GroupBy(disk => disk.Image).FirstOrDefault(same => same.Count() > 1) is { } twice)
        {
            throw new SnapshotException(
                ErrorCode.InvalidArgument, $"{twice.Key} is given twice", "Two disks that write to one image would destroy it; give each its own.");
        }
    }

    /// <summary>In the range that QEMU and libvirt use. It is written down, so that a restored guest finds its card again.</summary>
    private static string FreshMac() =>
        "52:54:00:" + string.Join(':', RandomNumberGenerator.GetBytes(3).Select(part => part.ToString("x2", CultureInfo.InvariantCulture)));
}
