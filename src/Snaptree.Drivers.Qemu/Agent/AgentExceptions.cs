using System.Net.Sockets;

namespace Snaptree.Drivers.Qemu;

/// <summary>Something went wrong between us and the agent inside a guest.</summary>
internal abstract class AgentException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Nobody answers: no agent runs in the guest, it hangs, or the guest has ended.</summary>
internal sealed class AgentSilentException(string message, Exception? inner = null) : AgentException(message, inner)
{
    /// <summary>There is not even a socket that anybody listens on: the hypervisor process has ended.</summary>
    internal bool IsHypervisorGone => InnerException is SocketException
    {
        SocketErrorCode: SocketError.ConnectionRefused or SocketError.AddressNotAvailable or SocketError.HostNotFound,
    };
}

/// <summary>The agent said no, or something that is no answer.</summary>
/// <param name="message">What it was about.</param>
/// <param name="errorClass">The agent's own kind of error; <c>nonsense</c> when it did not speak its protocol.</param>
/// <param name="words">What it said, cut to a length that can be shown.</param>
internal sealed class AgentRefusedException(string message, string errorClass, string words) : AgentException(message)
{
    internal const string Nonsense = "nonsense";

    internal string ErrorClass { get; } = errorClass;

    internal string Words { get; } = words;
}
