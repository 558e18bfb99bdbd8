using Snaptree.Model;

namespace Snaptree.Cli.Virsh;

/// <summary>A verb has failed with words of virsh's own; the library's error, when there is one, is the line after them.</summary>
internal sealed class VirshFailureException : Exception
{
    /// <param name="line">Null when virsh fails without a word.</param>
    public VirshFailureException(string? line, SnapshotException? cause = null)
        : base(line, cause)
    {
        Line = line;
        Cause = cause;
    }

    /// <summary>virsh's own line; null when it has none.</summary>
    public string? Line { get; }

    public SnapshotException? Cause { get; }
}
