using Snaptree.Engine;
using Snaptree.Model;
using Snaptree.TestKit;

namespace Snaptree.Bench;

/// <summary>The engine in this process, on a QEMU of its own.</summary>
internal sealed class OurSubject(EngineLab lab) : ISubject
{
    private const string Name = "vm";

    public string ConsoleLog => $"{lab.Folder}/console.log";

    public string GuestSocket => $"{lab.Folder}/guest";

    public static async Task<OurSubject> StartAsync(GuestImage image, int memoryMib)
    {
        var lab = new EngineLab();
        try
        {
            var subject = new OurSubject(lab);
            ImagePath[] disks = [new($"{lab.Disks}/a.qcow2"), new($"{lab.Disks}/b.qcow2")];
            foreach (var disk in disks)
            {
                await lab.ToolAsync("qemu-img", "create", "-q", "-f", "qcow2", disk.Value, "128M");
            }

            var guest = new LabGuest(image.Kernel, image.Initrd, GuestImage.CommandLine, subject.ConsoleLog, subject.GuestSocket, memoryMib);
            await lab.Engine.Domains.DefineAsync(LabDomains.Write(Name, disks, guest), lab.Token);
            await lab.Engine.Domains.StartAsync(Name, DomainStartFlags.None, lab.Quiet, lab.Token);
            return subject;
        }
        catch
        {
            await lab.DisposeAsync();
            throw;
        }
    }

    public Task CreateAsync(string name, Shape shape, CancellationToken cancellationToken)
    {
        var request = new CreateRequest(SnapshotName.Parse(name))
        {
            DiskOnly = shape == Shape.DiskOnly,
            Memory = shape == Shape.Internal ? MemoryLocation.Internal : null,
        };
        return lab.Engine.Snapshots.CreateAsync(Name, request, lab.Quiet, cancellationToken);
    }

    public Task RevertAsync(string name, CancellationToken cancellationToken) =>
        lab.Engine.Snapshots.RevertAsync(Name, name, new RevertWish(), lab.Quiet, cancellationToken);

    public Task DeleteAsync(string name, CancellationToken cancellationToken) =>
        lab.Engine.Snapshots.DeleteAsync(Name, name, new DeleteRequest(), lab.Quiet, cancellationToken);

    public ValueTask DisposeAsync() => lab.DisposeAsync();
}
