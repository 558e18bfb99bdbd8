using System.Buffers.Binary;
using System.Text;
using Snaptree.Model;

namespace Snaptree.Drivers.Qemu.Tests;

/// <summary>Save images as libvirt's QEMU driver writes them (version 2), made by hand after its documented layout.</summary>
public sealed class LibvirtSaveImageTests : IAsyncDisposable
{
    private const int HeaderBytes = 92;
    private const int RoomBytes = 4096;
    private const uint Raw = 0;
    private const uint Zstd = 5;
    private const string Cookie = "<cookie><slirpHelper/></cookie>";

    private const string Xml =
        """
        <domain type='qemu'>
          <name>vm</name>
          <uuid>6c3f6a0e-6d9e-4a52-9a1c-5a2f8f0f3f11</uuid>
          <memory unit='MiB'>32</memory>
          <vcpu>1</vcpu>
          <os><type arch='x86_64' machine='pc'>hvm</type></os>
          <devices/>
        </domain>

        """;

    private readonly QemuBench bench = new();

    private string Path => $"{bench.Folder}/vm.save";

    public ValueTask DisposeAsync() => bench.DisposeAsync();

    [Theory]
    [InlineData(false, true)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public async Task Its_document_is_read_and_another_put_in_its_place(bool isBigEndian, bool wasRunning)
    {
        await WriteAsync(isBigEndian, wasRunning, Raw);
        var stream = (await File.ReadAllBytesAsync(Path))[(HeaderBytes + RoomBytes)..];
        var info = await bench.Driver.Memory.ReadAsync(Path, bench.Token);
        Assert.Equal(new SavedDomain(Xml, wasRunning), info!.Saved);
        Assert.Equal(("pc-i440fx-7.2", 32L << 20), (info.Machine, info.RamBytes));

        var other = new SavedDomain(Xml.Replace("<vcpu>1", "<title>another</title><vcpu>1", StringComparison.Ordinal), !wasRunning);
        await bench.Driver.Memory.RewriteAsync(Path, other, bench.Token);
        Assert.Equal(other, (await bench.Driver.Memory.ReadAsync(Path, bench.Token))!.Saved);
        var bytes = await File.ReadAllBytesAsync(Path);
        Assert.Equal(stream, bytes[(HeaderBytes + RoomBytes)..]);
        Assert.Contains(Cookie + "\0", Encoding.UTF8.GetString(bytes, HeaderBytes, RoomBytes));
    }

    [Fact]
    public async Task A_document_that_does_not_fit_into_the_room_is_refused_and_the_file_is_as_it_was()
    {
        await WriteAsync(isBigEndian: false, wasRunning: true, Raw);
        var before = await File.ReadAllBytesAsync(Path);
        var error = await Assert.ThrowsAsync<SnapshotException>(
            () => bench.Driver.Memory.RewriteAsync(Path, new SavedDomain(Xml + new string(' ', RoomBytes), true), bench.Token));
        Assert.Equal(ErrorCode.OperationFailed, error.Code);
        Assert.Equal(before, await File.ReadAllBytesAsync(Path));
    }

    [Fact]
    public async Task A_packed_one_is_read_and_says_why_it_cannot_be_loaded()
    {
        await WriteAsync(isBigEndian: false, wasRunning: true, Zstd);
        Assert.Equal(Xml, (await bench.Driver.Memory.ReadAsync(Path, bench.Token))!.Saved!.Xml);
        var domain = bench.Define((new DiskTarget("vda"), await bench.CreateAsync("a.qcow2", 0xa0), ImageFormat.Qcow2));
        var error = await Assert.ThrowsAsync<SnapshotException>(
            () => bench.Driver.Process.LaunchAsync(domain, new LaunchRequest(new InstanceId("packed"), Path), bench.Token));
        Assert.Contains("zstd", error.Message);
        Assert.Equal(DomainState.Shutoff, (await bench.LookAsync(domain)).State);
    }

    [Theory]
    [InlineData("LibvirtQemudPart", 2u, "did not complete")]
    [InlineData("LibvirtQemudSave", 3u, "version")]
    public async Task One_that_is_not_complete_or_not_known_is_refused(string magic, uint version, string why)
    {
        await WriteAsync(isBigEndian: false, wasRunning: true, Raw, magic, version);
        var error = await Assert.ThrowsAsync<SnapshotException>(() => bench.Driver.Memory.ReadAsync(Path, bench.Token));
        Assert.Contains(why, error.Message);
    }

    [Fact]
    public async Task One_that_is_cut_off_is_refused()
    {
        await WriteAsync(isBigEndian: false, wasRunning: true, Raw);
        var bytes = await File.ReadAllBytesAsync(Path);
        foreach (var length in new[] { 20, HeaderBytes - 1, HeaderBytes + 10, HeaderBytes + RoomBytes })
        {
            await File.WriteAllBytesAsync(Path, bytes[..length]);
            Assert.Equal(
                ErrorCode.OperationFailed,
                (await Assert.ThrowsAsync<SnapshotException>(() => bench.Driver.Memory.ReadAsync(Path, bench.Token))).Code);
        }
    }

    private async Task WriteAsync(bool isBigEndian, bool wasRunning, uint packing, string magic = "LibvirtQemudSave", uint version = 2)
    {
        var xml = Encoding.UTF8.GetBytes(Xml + '\0');
        var data = new byte[RoomBytes];
        xml.CopyTo(data, 0);
        Encoding.UTF8.GetBytes(Cookie + '\0').CopyTo(data, xml.Length);
        var header = new byte[HeaderBytes];
        Encoding.ASCII.GetBytes(magic).CopyTo(header, 0);
        uint[] numbers = [version, RoomBytes, wasRunning ? 1u : 0u, packing, (uint)(HeaderBytes + xml.Length)];
        for (var at = 0; at < numbers.Length; at++)
        {
            var place = header.AsSpan(16 + 4 * at);
            if (isBigEndian)
            {
                BinaryPrimitives.WriteUInt32BigEndian(place, numbers[at]);
            }
            else
            {
                BinaryPrimitives.WriteUInt32LittleEndian(place, numbers[at]);
            }
        }

        await File.WriteAllBytesAsync(Path, [.. header, .. data, .. Stream()]);
    }

    /// <summary>The beginning of QEMU's stream: magic, version 3, the machine's name.</summary>
    private static byte[] Stream()
    {
        var machine = "pc-i440fx-7.2"u8.ToArray();
        return [.. "QEVM"u8, 0, 0, 0, 3, 7, 0, 0, 0, (byte)machine.Length, .. machine, 0, 1, 2, 3];
    }
}
