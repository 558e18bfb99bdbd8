using System.Collections.Immutable;

namespace Snaptree.Cli.Virsh;

/// <summary>Under which heading <c>help</c> lists a verb.</summary>
internal enum VirshGroup
{
    Domain,
    Monitor,
    Host,
    Snapshot,
    Virsh,
}

/// <summary>A verb of virsh: how it is called and what it does.</summary>
/// <param name="Options">In the order in which values without a name are given to them.</param>
internal sealed record VirshVerb(
    string Name, VirshGroup Group, string Summary, ImmutableArray<VirshOption> Options, Func<VirshCall, CancellationToken, Task> RunAsync)
{
    /// <summary>What it does, in sentences; empty when the summary says all.</summary>
    public string Description { get; init; } = "";

    /// <summary>Needs no hypervisor.</summary>
    public bool IsLocal { get; init; }

    /// <summary>Ends the program; what follows it is not run.</summary>
    public bool IsEnd { get; init; }

    /// <summary>Whatever else is given is ignored, as <c>help</c> does.</summary>
    public bool IsTolerant { get; init; }
}
