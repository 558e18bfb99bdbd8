using Snaptree.DriverContract;
using Snaptree.Model;

namespace Snaptree.Drivers.Test.Tests;

/// <summary>A strict host in memory on which only qcow2 holds internal snapshots, as with QEMU. A cell is a block.</summary>
public sealed class TestBench : DriverBench
{
    public TestBench() => Driver = new TestDriver(Host);

    public TestHost Host { get; } = new(new TestHostSettings(TimeProvider.System) { IsStrict = true, InternalFormats = [ImageFormat.Qcow2] });

    public override IHypervisorDriver Driver { get; }

    public override string Folder => "/images";

    public override long VirtualBytes => (long)Cells * TestHost.BlockBytes;

    public override Task<ImagePath> CreateAsync(string name, byte value, ImageFormat format = ImageFormat.Qcow2) =>
        Task.FromResult(Host.AddImage($"{Folder}/{name}", format, VirtualBytes, value));

    public override Task WriteAsync(ImagePath path, int cell, byte value)
    {
        Host.Write(path, cell, value);
        return Task.CompletedTask;
    }

    public override Task<byte[]> ReadAsync(ImagePath path, ImageFormat format = ImageFormat.Qcow2)
    {
        var blocks = Host.Read(path);
        return Task.FromResult(Enumerable.Range(0, Cells).Select(cell => blocks.GetValueOrDefault(cell)).ToArray());
    }

    public override Task GuestWriteAsync(DomainSpec domain, DiskTarget disk, int cell, byte value)
    {
        Host.Guest(domain.Definition.Uuid, domain.Instance!.Value).Write(disk.Name, cell, value);
        return Task.CompletedTask;
    }

    public override Task KillAsync(DomainSpec domain)
    {
        Host.Kill(domain.Definition.Uuid, domain.Instance!.Value);
        return Task.CompletedTask;
    }

    public override Task DamageAsync(string path)
    {
        Host.Damage(path);
        return Task.CompletedTask;
    }

    public override Task LeaveMergeAsync(DomainSpec domain, MergeRequest merge, bool isCommit) =>
        LeaveAsync(isCommit ? DriverCall.Commit : DriverCall.Pull, () => isCommit
            ? Driver.Merges.CommitAsync(domain, merge, Quiet, Token)
            : Driver.Merges.PullAsync(domain, merge, Quiet, Token));

    public override Task LeaveSaveAsync(DomainSpec domain, InternalSaveRequest request) =>
        LeaveAsync(DriverCall.SaveInternal, () => Driver.Internals.SaveAsync(domain, request, Quiet, Token));

    protected override void Defined(DomainSpec domain)
    {
    }

    protected override Task EndAsync() => Task.CompletedTask;

    private async Task LeaveAsync(DriverCall call, Func<Task> act)
    {
        Host.Faults.On(call, () => throw new WeDiedException(), moment: FaultMoment.Midway);
        await Assert.ThrowsAsync<WeDiedException>(act);
    }

    private sealed class WeDiedException : Exception;
}
