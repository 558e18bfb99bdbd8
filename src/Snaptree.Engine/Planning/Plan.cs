using System.Collections.Immutable;

namespace Snaptree.Engine;

/// <summary>
/// What an operation will do, decided from facts and printable before anything is touched. Used once.
/// </summary>
/// <param name="Title">One line: verb, snapshot, domain.</param>
/// <param name="NoReturnIndex">The one step from which on the operation can only go forward.</param>
public sealed record Plan(OperationId Operation, string Title, ImmutableArray<Step> Steps, int NoReturnIndex)
{
    public PlanCosts Costs { get; init => field = value ?? new PlanCosts(); } = new();
}

/// <summary>What the plan costs and destroys, for <c>--explain</c>. A list that the journal of an older version does not have is empty.</summary>
public sealed record PlanCosts
{
    /// <summary>Upper bound of bytes copied between images or from memory.</summary>
    public long CopiedBytes { get; init; }

    /// <summary>Room that may be taken, by folder.</summary>
    public ImmutableArray<SpaceNeed> Space { get; init => field = value.IsDefault ? [] : value; } = [];

    public ImmutableArray<string> FilesWritten { get; init => field = value.IsDefault ? [] : value; } = [];

    public ImmutableArray<string> FilesRemoved { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>What cannot be brought back, a sentence each.</summary>
    public ImmutableArray<string> Destroys { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>Things worth knowing that are neither cost nor loss, a sentence each.</summary>
    public ImmutableArray<string> Notes { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>What the running guest will notice; null when it notices nothing or does not run.</summary>
    public string? GuestPause { get; init; }
}

public sealed record SpaceNeed(string Folder, long NeededBytes, long FreeBytes);
