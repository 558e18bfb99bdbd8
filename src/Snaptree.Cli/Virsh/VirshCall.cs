using Snaptree.Engine;
using Snaptree.Model;

namespace Snaptree.Cli.Virsh;

/// <summary>One command being run: what was given, where to write, what to talk to.</summary>
/// <param name="connection">Null for a verb that needs none.</param>
internal sealed class VirshCall(VirshCommand command, VirshSession session, VirshConnection? connection)
{
    public VirshSession Session => session;

    public VirshOutput Output => session.Output;

    public VirshConnection Connection => connection ?? throw new InvalidOperationException($"'{command.Verb.Name}' says that it needs no connection");

    public SnapshotCalls Snapshots => Connection.Calls.Snapshots;

    public DomainCalls Domains => Connection.Calls.Domains;

    public VmStateCalls VmState => Connection.Calls.VmState;

    public bool Has(VirshOption option) => command.Has(option);

    /// <summary>The option's value; null when it is not there.</summary>
    /// <exception cref="VirshFailureException">It is there and empty.</exception>
    public string? Text(VirshOption option) =>
        command.Value(option) is not { } value ? null
        : value.Length > 0 ? value
        : throw new VirshFailureException($"Failed to get option '{option.Name}': Option argument is empty");

    /// <summary>The value of an option without which the command would not have been accepted.</summary>
    /// <exception cref="VirshFailureException">It is empty.</exception>
    public string Required(VirshOption option) =>
        Text(option) ?? throw new InvalidOperationException($"'{command.Verb.Name}' was accepted without {option.Name}");

    /// <summary>As <see cref="Text"/>, but an empty value makes the command fail without a word.</summary>
    /// <exception cref="VirshFailureException">It is there and empty.</exception>
    public string? QuietText(VirshOption option) =>
        command.Value(option) is "" ? throw new VirshFailureException(null) : command.Value(option);

    public IEnumerable<string> Values(VirshOption option) => command.Values(option);

    public void Exclude(VirshOption one, VirshOption other)
    {
        if (Has(one) && Has(other))
        {
            throw new VirshFailureException($"Options --{one.Name} and --{other.Name} are mutually exclusive");
        }
    }

    /// <summary>The flag when the option is there, else none.</summary>
    public TFlags When<TFlags>(VirshOption option, TFlags flag)
        where TFlags : struct, Enum => Has(option) ? flag : default;

    /// <summary>Does what the library does, and puts virsh's own line before its error.</summary>
    public static async Task OrFailAsync(string line, Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (SnapshotException error)
        {
            throw new VirshFailureException(line, error);
        }
    }
}
