using Snaptree.Model;

namespace Snaptree.Cli.Virsh;

/// <summary>Opens a connection.</summary>
/// <param name="uri">Null for the usual place.</param>
/// <exception cref="SnapshotException">There is nothing at that address, or it cannot be opened.</exception>
internal delegate Task<VirshConnection> ConnectAsync(string? uri, bool isReadOnly, CancellationToken cancellationToken);

/// <summary>What lasts from one command to the next: the connection, which may change, and where things are written.</summary>
internal sealed class VirshSession(Terminal terminal, TimeProvider time, VirshOutput output, ConnectAsync connect) : IDisposable
{
    private const string NoConnection = "failed to connect to the hypervisor";
    private VirshConnection? connection;

    public Terminal Terminal => terminal;

    public TimeProvider Time => time;

    public VirshOutput Output => output;

    /// <summary>The address to connect to when a command needs a connection; null for the usual place.</summary>
    public required string? Uri { get; set; }

    public required bool IsReadOnly { get; set; }

    /// <summary>Commands come one by one and the person may want to go on after an error.</summary>
    public bool IsInteractive { get; init; }

    /// <exception cref="VirshFailureException">No connection; nothing is open then.</exception>
    public async Task<VirshConnection> ConnectedAsync(CancellationToken cancellationToken)
    {
        try
        {
            return connection ??= await connect(Uri, IsReadOnly, cancellationToken);
        }
        catch (SnapshotException error)
        {
            throw new VirshFailureException(NoConnection, error);
        }
    }

    /// <summary>Gives the connection up and opens another one.</summary>
    /// <exception cref="VirshFailureException">No connection; nothing is open then.</exception>
    public async Task ReconnectAsync(string? uri, bool isReadOnly, CancellationToken cancellationToken)
    {
        Dispose();
        (Uri, IsReadOnly) = (uri, isReadOnly);
        await ConnectedAsync(cancellationToken);
    }

    public void Dispose()
    {
        connection?.Dispose();
        connection = null;
    }
}
