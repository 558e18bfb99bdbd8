namespace Snaptree.Qmp;

/// <summary>
/// The life of one connection. It runs from top to bottom, never back: <see cref="Idle"/>, <see cref="Connecting"/>,
/// <see cref="Greeting"/>, <see cref="Negotiating"/>, <see cref="Running"/>, and then one of two ends:
/// <see cref="Closing"/> and <see cref="Closed"/> when we ended it, <see cref="Faulted"/> when anything else did.
/// Either end may come from every state after <see cref="Idle"/>.
/// </summary>
public enum QmpState
{
    /// <summary>Nothing was done yet; no socket is open.</summary>
    Idle,

    /// <summary>The socket is being connected; the server may not exist.</summary>
    Connecting,

    /// <summary>Connected; the server's greeting is awaited. QEMU serves one client at a time: a second one waits here.</summary>
    Greeting,

    /// <summary>The greeting was read; <c>qmp_capabilities</c> was sent and its reply is awaited.</summary>
    Negotiating,

    /// <summary>Commands are accepted and events are delivered. The only state in which commands can be executed.</summary>
    Running,

    /// <summary>We are ending the connection: by disposal, or because the caller cancelled the connect.</summary>
    Closing,

    /// <summary>We ended the connection; the socket is closed and the reader has stopped. Final.</summary>
    Closed,

    /// <summary>The connection ended although nobody here asked for it; <see cref="QmpClient.Ended"/> says why. Final.</summary>
    Faulted,
}
