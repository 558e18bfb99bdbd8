namespace Snaptree.Bench;

/// <summary>A domain of the private libvirtd.</summary>
internal sealed class PeerSubject(PrivateLibvirt libvirt, string name, string room) : ISubject
{
    public string ConsoleLog => $"{room}/console.log";

    public string GuestSocket => $"{room}/guest";

    public Task CreateAsync(string snapshot, Shape shape, CancellationToken cancellationToken)
    {
        string[] how = shape switch
        {
            Shape.External => ["--memspec", $"file={room}/{snapshot}.mem,snapshot=external", "--diskspec", "vda,snapshot=external", "--diskspec", "vdb,snapshot=external"],
            Shape.DiskOnly => ["--disk-only"],
            _ => [],
        };
        return libvirt.VirshAsync(cancellationToken, ["snapshot-create-as", name, snapshot, .. how]);
    }

    public Task RevertAsync(string snapshot, CancellationToken cancellationToken) =>
        libvirt.VirshAsync(cancellationToken, "snapshot-revert", name, snapshot);

    public Task DeleteAsync(string snapshot, CancellationToken cancellationToken) =>
        libvirt.VirshAsync(cancellationToken, "snapshot-delete", name, snapshot);

    public async ValueTask DisposeAsync() => await libvirt.VirshAsync(CancellationToken.None, "destroy", name);
}
