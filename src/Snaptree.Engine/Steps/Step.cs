using System.Text.Json.Serialization;
using Snaptree.Drivers;

namespace Snaptree.Engine;

/// <summary>From where on an operation can only go forward, if this step is the plan's point of no return.</summary>
public enum NoReturn
{
    /// <summary>Facts show whether it happened; until they do, it can be undone.</summary>
    WhenDone,

    /// <summary>Only the journal can know that it may have begun: its intent is the point of no return.</summary>
    AtIntent,
}

/// <summary>What the facts say about a step.</summary>
public enum Done
{
    No,
    Yes,

    /// <summary>
    /// Nothing observable tells. The step's own success is the evidence, and after a crash it is done again, which must give the same
    /// state. Not allowed at a point of no return of kind <see cref="NoReturn.WhenDone"/>.
    /// </summary>
    CannotTell,
}

internal static class Facts
{
    internal static Done Say(bool done) => done ? Done.Yes : Done.No;
}

/// <summary>
/// One act of a plan: pure data that stands in the journal, with the knowledge of how to do it, undo it, and tell from facts whether
/// it is done. Doing and undoing can be repeated after a crash at any instant.
/// The kind names are stored: append only, never rename.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "step")]
[JsonDerivedType(typeof(CreateOverlayStep), "create-overlay")]
[JsonDerivedType(typeof(OpenOverlaysStep), "open-overlays")]
[JsonDerivedType(typeof(SwitchDisksStep), "switch-disks")]
[JsonDerivedType(typeof(PauseGuestStep), "pause-guest")]
[JsonDerivedType(typeof(ResumeGuestStep), "resume-guest")]
[JsonDerivedType(typeof(LaunchStandbyStep), "launch-standby")]
[JsonDerivedType(typeof(BeginStandbyStep), "begin-standby")]
[JsonDerivedType(typeof(StopGuestStep), "stop-guest")]
[JsonDerivedType(typeof(SaveMemoryStep), "save-memory")]
[JsonDerivedType(typeof(SaveInternalStep), "save-internal")]
[JsonDerivedType(typeof(DeleteInternalStep), "delete-internal")]
[JsonDerivedType(typeof(LoadInternalStep), "load-internal")]
[JsonDerivedType(typeof(ApplyInternalStep), "apply-internal")]
[JsonDerivedType(typeof(CommitImageStep), "commit-image")]
[JsonDerivedType(typeof(PivotStep), "pivot")]
[JsonDerivedType(typeof(PullImageStep), "pull-image")]
[JsonDerivedType(typeof(RebaseHeaderStep), "rebase-header")]
[JsonDerivedType(typeof(RecordStep), "record")]
[JsonDerivedType(typeof(WriteRecordsStep), "write-records")]
[JsonDerivedType(typeof(DeleteImageStep), "delete-image")]
[JsonDerivedType(typeof(DeleteMemoryStep), "delete-memory")]
[JsonDerivedType(typeof(PresentStep), "present")]
[JsonDerivedType(typeof(FreezeGuestStep), "freeze-guest")]
[JsonDerivedType(typeof(ThawGuestStep), "thaw-guest")]
public abstract record Step
{
    /// <summary>One line for people, in the imperative: "create overlay … on …".</summary>
    public abstract string Describe();

    [JsonIgnore]
    public virtual NoReturn NoReturn => NoReturn.WhenDone;

    /// <summary>Answered from facts, not from memory.</summary>
    public abstract Task<Done> IsDoneAsync(StepContext context, CancellationToken cancellationToken);

    public abstract Task DoAsync(StepContext context, IProgress<WorkProgress> progress, CancellationToken cancellationToken);

    /// <summary>
    /// Puts things back, also when the step was never or only half done. Called only before the point of no return. The default is
    /// for steps that have nothing to put back.
    /// </summary>
    public virtual Task UndoAsync(StepContext context, CancellationToken cancellationToken) => Task.CompletedTask;
}
