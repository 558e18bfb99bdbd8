using System.Collections.Immutable;
using Snaptree.Drivers;
using Snaptree.Model;

namespace Snaptree.Engine;

/// <summary>A domain as the catalogue keeps it.</summary>
/// <param name="Xml">The document as it was given, verbatim.</param>
/// <param name="ActiveImages">The image on top of each disk; every disk with a source has one.</param>
/// <param name="Instance">The hypervisor process last started; whether it lives is for the driver to say.</param>
/// <param name="Current">The snapshot that the present state descends from.</param>
public sealed record DomainRecord(
    Guid Uuid,
    DomainName Name,
    string Xml,
    ImmutableDictionary<DiskTarget, ImagePath> ActiveImages,
    InstanceId? Instance,
    Guid? Current)
{
    /// <summary>The memory image that the next start resumes from; null when there is none (libvirt: managed save).</summary>
    public string? ManagedSave { get; init; }

    /// <summary>What our last deed on the domain was; null when nothing is known.</summary>
    public StateReason? Reason { get; init; }
}

/// <summary>What an image is to its domain. Stored: append only.</summary>
public enum ImageRole
{
    /// <summary>The image that the domain was defined with. Never unlinked or renamed.</summary>
    Original = 0,

    /// <summary>Made by us.</summary>
    Owned = 1,

    /// <summary>Below the original: a template, perhaps shared with others. Never written to.</summary>
    Underlying = 2,
}

/// <summary>An image that belongs to a domain.</summary>
/// <param name="Kept">
/// A snapshot that needed its bytes was forgotten while its data were to stay: until somebody claims it again or says otherwise the
/// image is not written, merged or removed.
/// </param>
public sealed record ImageRecord(DiskTarget Disk, ImagePath Path, ImageRole Role, bool Kept = false);

/// <summary>State of an operation. Stored: append only.</summary>
public enum OperationState
{
    /// <summary>Not finished: running now, or waiting for recovery.</summary>
    Open = 0,
    Succeeded = 1,
    Undone = 2,
}

/// <summary>How far one step of an operation is. Stored: append only.</summary>
public enum StepPhase
{
    None = 0,
    Intent = 1,
    Done = 2,
    Undone = 3,
}

/// <summary>An operation and its journal.</summary>
/// <param name="PlanJson">The whole plan as it was decided, so that another process can finish it.</param>
/// <param name="Phases">One per step of the plan.</param>
public sealed record OperationRecord(
    OperationId Id,
    Guid Domain,
    string Title,
    string PlanJson,
    OperationState State,
    DateTimeOffset StartedAt,
    ImmutableArray<StepPhase> Phases);

/// <summary>
/// Names one operation. Ten characters of lower-case base 32: short enough for file, node and job names, which carry it as evidence.
/// </summary>
public readonly record struct OperationId(string Value)
{
    private const string Digits = "abcdefghijkmnpqrstuvwxyz23456789";

    public static OperationId New() =>
        new(string.Create(10, Guid.NewGuid().ToByteArray(), (text, random) =>
        {
            for (var at = 0; at < text.Length; at++)
            {
                text[at] = Digits[random[at] % Digits.Length];
            }
        }));

    public override string ToString() => Value;
}
