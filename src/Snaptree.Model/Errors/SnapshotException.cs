namespace Snaptree.Model;

/// <summary>The error of another program, whole: what it is called there and what it said.</summary>
/// <param name="Source">Who said it, for example <c>QEMU</c>, <c>qemu-img</c>, <c>SQLite</c>.</param>
/// <param name="Kind">Its own name for the error: QMP class, exit code, errno.</param>
/// <param name="Text">Its own words, unshortened.</param>
public sealed record ForeignError(string Source, string Kind, string Text);

/// <summary>
/// The one error of the product. It says what happened and what to do about it, and keeps the foreign error whole.
/// </summary>
public sealed class SnapshotException : Exception
{
    public SnapshotException(ErrorCode code, string message, string remedy, Exception? inner = null)
        : base(message, inner)
    {
        Code = code;
        Remedy = remedy;
    }

    /// <summary>libvirt's number for this kind of error.</summary>
    public ErrorCode Code { get; }

    /// <summary>One sentence: what the reader can do now.</summary>
    public string Remedy { get; }

    /// <summary>The domain concerned, when there is one.</summary>
    public string? Domain { get; init; }

    /// <summary>The disk concerned (its target name), when there is one.</summary>
    public string? Disk { get; init; }

    /// <summary>The operation is neither finished nor undone: it waits for recovery, and the domain with it.</summary>
    public bool IsUnfinished { get; init; }

    /// <summary>What somebody who has to decide must know, several lines; null when the message says it all.</summary>
    public string? Details { get; init; }

    /// <summary>The call whose flags or argument are wrong, when that is all the error is about; the message is then whole by itself.</summary>
    public string? Function { get; init; }

    /// <summary>What another program said, when the cause is there.</summary>
    public ForeignError? Foreign { get; init; }
}
