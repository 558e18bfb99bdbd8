namespace Snaptree.TestKit;

/// <summary>
/// The guest did not do as it was told. Refused: it said no, and why. Silent: it said nothing within the limit and may
/// still do it. Lost: the connection ended, which means that the machine did.
/// </summary>
public abstract class GuestException(string message, Exception? inner = null) : Exception(message, inner);

public sealed class GuestRefusedException(string command, string reason)
    : GuestException($"The guest refused '{command}': {reason}")
{
    public string Reason { get; } = reason;
}

public sealed class GuestSilentException(string command, TimeSpan limit)
    : GuestException($"The guest did not answer '{command}' within {limit}. Is it running, and was it booted with two serial ports?");

public sealed class GuestLostException(string command, string socketPath, Exception? inner)
    : GuestException($"The guest's command channel {socketPath} is gone (during '{command}'). Did its QEMU end?", inner);
