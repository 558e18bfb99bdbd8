namespace Snaptree.Qmp;

// The whole tree, and who can do what about each:
//
//   QmpException                    catch this to catch all of them; cancellation is never among them
//   ├─ QmpCommandException          the server understood and refused       the caller: look at Class and Description; connection is good
//   ├─ QmpTimeoutException          no answer within the deadline           the caller: ask again or give up; the effect is unknown
//   ├─ QmpEventOverflowException    a listener did not keep up              the caller: subscribe again, then query the state afresh
//   ├─ QmpConnectionException       cannot connect, or the connection ended the operator: is the process alive? connect again
//   └─ QmpProtocolException         what came is not QMP                    the developer: wrong socket or a broken server; report it
//
// The first three leave the connection as it was, with one exception: a timeout while a command was being written ends it
// (QmpClient.State tells), because half a command can be neither taken back nor completed.

/// <summary>Root of every error this client reports about the far end.</summary>
public abstract class QmpException : Exception
{
    private protected QmpException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }

    /// <summary>
    /// The error for somebody who was interrupted because this one ended the connection. A new object each time: one exception
    /// thrown in several places would carry the stack of whoever threw it last.
    /// </summary>
    internal virtual QmpException Interrupting(string activity) => new QmpConnectionException($"{activity} was interrupted. {Message}", this);
}

/// <summary>The server understood the command and refused it. Nothing is wrong with the connection.</summary>
public sealed class QmpCommandException : QmpException
{
    public QmpCommandException(string command, string errorClass, string description, string rawReply)
        : base($"QEMU refused '{command}': {description} ({errorClass}).")
    {
        Command = command;
        Class = errorClass;
        Description = description;
        RawReply = rawReply;
    }

    /// <summary>The command that was refused.</summary>
    public string Command { get; }

    /// <summary>QEMU's error class, such as <c>GenericError</c>, <c>CommandNotFound</c> or <c>DeviceNotFound</c>.</summary>
    public string Class { get; }

    /// <summary>QEMU's text, made for people and not stable between versions.</summary>
    public string Description { get; }

    /// <summary>The reply exactly as it came.</summary>
    public string RawReply { get; }
}

/// <summary>
/// Nothing came within the deadline. A command may still take effect; its reply is discarded when it arrives. The next
/// command can be sent unless <see cref="QmpClient.State"/> is <see cref="QmpState.Faulted"/>.
/// </summary>
public sealed class QmpTimeoutException : QmpException
{
    public QmpTimeoutException(string command, TimeSpan deadline, string missing)
        : base($"'{command}': {missing} within {deadline.TotalSeconds:0.###} s. QEMU may be stopped, overloaded or hung; "
            + "query the state before trying again.")
    {
        Command = command;
        Deadline = deadline;
    }

    /// <summary>The command; or <c>connect</c>, <c>greeting</c>, <c>next event</c> for the waits that are not commands.</summary>
    public string Command { get; }

    /// <summary>The deadline that passed.</summary>
    public TimeSpan Deadline { get; }
}

/// <summary>
/// A listener's buffer was full when one more event came. The listener gives out what it holds and then ends with this error,
/// so that no event is ever missed in silence. The connection and other listeners go on.
/// </summary>
public sealed class QmpEventOverflowException : QmpException
{
    public QmpEventOverflowException(int capacity, string eventName, Exception? cause = null)
        : base($"The listener's buffer of {capacity} events was full when '{eventName}' came. Subscribe again and query the state afresh.", cause)
    {
        Capacity = capacity;
        EventName = eventName;
    }

    /// <summary>How many events the buffer holds.</summary>
    public int Capacity { get; }

    /// <summary>The first event that found no room.</summary>
    public string EventName { get; }

    internal override QmpException Interrupting(string activity) => new QmpEventOverflowException(Capacity, EventName, this);
}

/// <summary>There is no connection: it could not be made, it ended early, or its owner closed it. The cause is inside.</summary>
public sealed class QmpConnectionException : QmpException
{
    public QmpConnectionException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }
}

/// <summary>What came is not QMP, is larger than allowed, or answers a question that nobody asked. The connection is closed.</summary>
public sealed class QmpProtocolException : QmpException
{
    public QmpProtocolException(string message, string rawExcerpt, Exception? cause = null)
        : base($"{message} Received: {rawExcerpt}", cause)
    {
        Problem = message;
        RawExcerpt = rawExcerpt;
    }

    /// <summary>The start of what came; bytes that are not printable ASCII are shown as <c>\xNN</c>.</summary>
    public string RawExcerpt { get; }

    private string Problem { get; }

    internal override QmpException Interrupting(string activity) =>
        new QmpProtocolException($"{activity} was interrupted. {Problem}", RawExcerpt, this);
}
