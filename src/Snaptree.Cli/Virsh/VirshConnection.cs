using Snaptree.Engine;
using Snaptree.Model;

namespace Snaptree.Cli.Virsh;

/// <summary>What virsh talks to once it is connected.</summary>
/// <param name="uri">As <c>virsh uri</c> shows it.</param>
/// <param name="hypervisor">What <c>virsh version</c> calls it.</param>
/// <param name="owner">Closed with the connection.</param>
internal sealed class VirshConnection(string uri, string hypervisor, LibvirtCalls calls, IDisposable owner, bool isReadOnly) : IDisposable
{
    public string Uri => uri;

    public string Hypervisor => hypervisor;

    /// <summary>For calls that only read.</summary>
    public LibvirtCalls Calls => calls;

    /// <summary>For a call that a read-only connection refuses.</summary>
    /// <param name="function">libvirt's name of it, as its error says it.</param>
    /// <exception cref="SnapshotException"><see cref="ErrorCode.OperationDenied"/>.</exception>
    public LibvirtCalls Changing(string function) =>
        isReadOnly ? throw Denied($"read only access prevents {function}") : calls;

    /// <summary>For a call that shows secrets, which a read-only connection refuses.</summary>
    /// <exception cref="SnapshotException"><see cref="ErrorCode.OperationDenied"/>.</exception>
    public LibvirtCalls Reading(string function, bool withSecrets) =>
        isReadOnly && withSecrets ? throw Denied($"{function} with secure flag") : calls;

    public void Dispose() => owner.Dispose();

    private static SnapshotException Denied(string message) => new(ErrorCode.OperationDenied, message, "Leave out -r.");
}
