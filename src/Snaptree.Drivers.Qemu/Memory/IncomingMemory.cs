using Snaptree.Platform;
using System.Text.Json.Nodes;
using Snaptree.Model;

namespace Snaptree.Drivers.Qemu;

/// <summary>Loads a memory image into a process that waits for it (<c>-incoming defer</c>).</summary>
internal static class IncomingMemory
{
    private const string DescriptorName = "snaptree-memory";

    internal static async Task LoadAsync(
        QemuSettings settings, QemuConnections connections, DomainSpec domain, MemoryImageHeader memory, CancellationToken cancellationToken)
    {
        if (memory.PackedBy is { } packer)
        {
            throw new SnapshotException(
                ErrorCode.ConfigUnsupported,
                $"the memory in {memory.Path} is packed with {packer} and cannot be loaded from here",
                "Restore it with libvirt, or unpack it there first (save_image_format = \"raw\").");
        }

        using var file = File.OpenHandle(memory.Path);
        FilePosition.Set(file, memory.StreamOffset);
        var instance = connections.Instance(domain);
        var logged = FileFacts.Read(instance.LogPath)?.SizeBytes ?? 0;
        try
        {
            await connections.OperateAsync(domain, "load the memory image", async qmp =>
            {
                await qmp.SendFileDescriptorAsync(DescriptorName, file, ct: cancellationToken);
                await qmp.ExecuteAsync("migrate-incoming", new JsonObject { ["uri"] = $"fd:{DescriptorName}" }, ct: cancellationToken);
                await Migration.CompleteAsync(
                    settings, qmp, $"load the memory image {memory.Path}", new Progress<WorkProgress>(), cancellationToken);
            }, cancellationToken);
        }
        catch (SnapshotException error)
        {
            // A QEMU that cannot load a memory image ends; what it has to say stands in its log.
            var words = LogFile.ReadFrom(instance.LogPath, logged).Trim();
            throw new SnapshotException(
                ErrorCode.OperationFailed,
                $"QEMU could not load the memory image {memory.Path}{(words.Length > 0 ? $": {words.Split('\n')[0]}" : "")}",
                $"It was saved by QEMU {memory.Info.HypervisorVersion} on machine {memory.Info.Machine}; the guest was not touched.",
                error)
            {
                Domain = domain.Name,
                Foreign = new ForeignError("QEMU", "incoming migration", words.Length > 0 ? words : error.Message),
            };
        }
    }
}
