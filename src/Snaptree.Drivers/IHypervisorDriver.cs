using System.Collections.Immutable;
using Snaptree.Model;

namespace Snaptree.Drivers;

/// <summary>
/// One kind of hypervisor. A driver decides nothing and remembers nothing: one rich read, and small writes grouped in roles.
/// Whatever can go wrong there arrives as <see cref="SnapshotException"/> with the foreign error whole.
/// Unless a method says otherwise it may be repeated after a crash with the same arguments and then ends in the same state.
/// </summary>
public interface IHypervisorDriver
{
    DriverCapabilities Capabilities { get; }

    /// <summary>
    /// Reads state, open chains, jobs and the headers of <paramref name="images"/>, of the active images and of everything below them.
    /// Changes nothing. A missing file is a fact (<see cref="ImageTree.Missing"/>), not an error; an unreadable one is an error.
    /// </summary>
    /// <exception cref="SnapshotException">
    /// <see cref="ErrorCode.OperationTimeout"/>: the hypervisor process lives but does not answer.
    /// <see cref="ErrorCode.System"/>: an image may not be read. <see cref="ErrorCode.OperationFailed"/>: a header is damaged.
    /// </exception>
    Task<DomainView> ObserveAsync(DomainSpec domain, IEnumerable<ImagePath> images, CancellationToken cancellationToken);

    IDomainProcess Process { get; }

    IOverlays Overlays { get; }

    IMemoryImages Memory { get; }

    IInternalSnapshots Internals { get; }

    IImageMerges Merges { get; }

    IImageStore Store { get; }

    IGuestAgent Agent { get; }
}

/// <summary>What this driver can do here and now; facts, not failed calls.</summary>
/// <param name="LiveMemory">Memory can be saved while the guest runs.</param>
/// <param name="InternalFormats">Formats that can hold internal snapshots.</param>
public sealed record DriverCapabilities(string Name, bool LiveMemory, ImmutableArray<ImageFormat> InternalFormats)
{
    /// <summary>What the driver's functions are called after in libvirt's messages: <c>test</c> as in <c>testDomainSnapshotCreateXML</c>.</summary>
    public required string FunctionPrefix { get; init; }

    /// <summary>Flags that a snapshot may be taken with; any other is refused as unsupported.</summary>
    public required SnapshotCreateFlags CreateFlags { get; init; }

    /// <summary>Flags that a revert may have.</summary>
    public required SnapshotRevertFlags RevertFlags { get; init; }

    /// <summary>Flags that a deletion may have.</summary>
    public required SnapshotDeleteFlags DeleteFlags { get; init; }
}

/// <summary>How a new process shall begin.</summary>
/// <param name="MemoryPath">Memory image to load; null boots from the disks.</param>
public sealed record LaunchRequest(InstanceId Instance, string? MemoryPath);

/// <summary>The hypervisor process of a domain.</summary>
public interface IDomainProcess
{
    /// <summary>
    /// Starts a process with the domain's active images opened, memory loaded when asked, and the guest <em>paused</em>. It outlives us.
    /// It does not take the places of the domain (sockets that the definition names) until <see cref="PresentAsync"/>.
    /// An earlier process of the same instance is ended first.
    /// </summary>
    /// <exception cref="SnapshotException">
    /// <see cref="ErrorCode.ConfigUnsupported"/>: an element cannot be realised. <see cref="ErrorCode.OperationFailed"/>: the process
    /// ended at once, its own words are in <see cref="SnapshotException.Foreign"/>; or the memory image is missing, damaged or another
    /// guest's. Nothing is left running in any case.
    /// </exception>
    Task LaunchAsync(DomainSpec domain, LaunchRequest request, CancellationToken cancellationToken);

    /// <summary>The process takes the places that the definition names. Nothing happens when it has them already.</summary>
    Task PresentAsync(DomainSpec domain, CancellationToken cancellationToken);

    /// <summary>The guest goes on (or begins). Nothing happens when it runs already.</summary>
    Task ResumeAsync(DomainSpec domain, CancellationToken cancellationToken);

    /// <summary>The guest stands still. Nothing happens when it is paused already.</summary>
    Task PauseAsync(DomainSpec domain, CancellationToken cancellationToken);

    /// <summary>Presses the guest's reset button: it begins anew, disks as they are.</summary>
    Task ResetAsync(DomainSpec domain, CancellationToken cancellationToken);

    /// <summary>Presses the guest's power button; returns at once, the guest decides.</summary>
    Task RequestShutdownAsync(DomainSpec domain, CancellationToken cancellationToken);

    /// <summary>Ends the process of <paramref name="domain"/>'s instance, the guest is not asked. Nothing happens when there is none.</summary>
    Task DestroyAsync(DomainSpec domain, CancellationToken cancellationToken);
}

/// <summary>A new image on top of another.</summary>
/// <param name="VirtualBytes">Size the guest sees; equal to the backing image's.</param>
public sealed record OverlayRequest(DiskTarget Disk, ImagePath Path, ImagePath Backing, ImageFormat BackingFormat, long VirtualBytes);

/// <summary>Freezing images by putting overlays on them.</summary>
public interface IOverlays
{
    /// <summary>
    /// Makes the file, with owner and mode of the image it continues (never more than 0600). Refuses to touch an existing file
    /// (<see cref="ErrorCode.ConfigUnsupported"/>). On any failure no file is left.
    /// </summary>
    Task CreateAsync(OverlayRequest request, CancellationToken cancellationToken);

    /// <summary>Opens overlays in the running hypervisor without using them yet. Already open ones are left as they are.</summary>
    Task OpenAsync(DomainSpec domain, ImmutableArray<OverlayRequest> overlays, CancellationToken cancellationToken);

    /// <summary>Undoes <see cref="OpenAsync"/> for overlays that no disk uses.</summary>
    Task CloseAsync(DomainSpec domain, ImmutableArray<OverlayRequest> overlays, CancellationToken cancellationToken);

    /// <summary>The guest writes to the overlays from now on: all disks at one instant, or none. Not repeatable; observe first.</summary>
    Task SwitchAsync(DomainSpec domain, ImmutableArray<OverlayRequest> overlays, CancellationToken cancellationToken);
}

/// <summary>What a memory image tells about itself.</summary>
/// <param name="RamBytes">Memory size of the guest it was taken from.</param>
/// <param name="FileBytes">Size of the whole file.</param>
/// <param name="Machine">Concrete machine type; the restore must use the same.</param>
public sealed record MemoryImageInfo(long RamBytes, long FileBytes, string Machine, string HypervisorVersion, Guid Domain)
{
    /// <summary>The domain as it was saved; null for the memory of a snapshot.</summary>
    public SavedDomain? Saved { get; init; }
}

/// <summary>What a saved guest needs to go on without anybody's memory of it.</summary>
/// <param name="Xml">Its domain document, on the images that it wrote to.</param>
/// <param name="WasRunning">Whether it shall run when it goes on.</param>
public sealed record SavedDomain(string Xml, bool WasRunning);

/// <summary>A guest's memory and device state in a file.</summary>
public interface IMemoryImages
{
    /// <summary>
    /// Saves the memory of the paused domain. The file is complete, and marked so, or absent when this returns or throws.
    /// A later driver may save while the guest runs; callers must not assume that it stays paused on its own.
    /// A hypervisor may refuse to save a guest that has not run since it was saved last, as QEMU does.
    /// </summary>
    /// <param name="saved">Goes into the file; null when others keep it.</param>
    Task SaveAsync(
        DomainSpec domain, string path, SavedDomain? saved, IProgress<WorkProgress> progress, CancellationToken cancellationToken);

    /// <summary>Puts another <see cref="SavedDomain"/> into a complete file, all or nothing; the memory is not touched.</summary>
    /// <exception cref="SnapshotException"><see cref="ErrorCode.OperationFailed"/> when there is no such file, or no room in it.</exception>
    Task RewriteAsync(string path, SavedDomain saved, CancellationToken cancellationToken);

    /// <summary>Reads the file's header; null when it is absent.</summary>
    /// <exception cref="SnapshotException"><see cref="ErrorCode.OperationFailed"/> when it is there and is no memory image, not complete, or damaged.</exception>
    Task<MemoryImageInfo?> ReadAsync(string path, CancellationToken cancellationToken);

    /// <summary>
    /// Gives up a save: one that a crash of ours left running is stopped, whatever stands at <paramref name="path"/> is removed.
    /// </summary>
    Task DiscardAsync(DomainSpec domain, string path, CancellationToken cancellationToken);
}

/// <summary>An internal snapshot to take.</summary>
/// <param name="JobId">Name for the hypervisor's job; carries the operation's id.</param>
public sealed record InternalSaveRequest(string Tag, ImmutableArray<DiskTarget> Disks, string JobId);

/// <summary>Snapshots inside qcow2 images.</summary>
public interface IInternalSnapshots
{
    /// <summary>
    /// Takes the snapshot in every disk named, with memory when the domain is active. The guest pauses for the
    /// whole duration. When one disk fails, those already done are undone. Not repeatable; observe first.
    /// </summary>
    /// <exception cref="SnapshotException"><see cref="ErrorCode.OperationFailed"/>: one of the images holds the tag already, or cannot hold it.</exception>
    Task SaveAsync(DomainSpec domain, InternalSaveRequest request, IProgress<WorkProgress> progress, CancellationToken cancellationToken);

    /// <summary>
    /// Waits until a save of this job id, left by a crash of ours, has ended by itself (it cannot be cancelled), and forgets it.
    /// Nothing happens when there is none.
    /// </summary>
    Task SettleAsync(DomainSpec domain, string jobId, CancellationToken cancellationToken);

    /// <summary>Removes <paramref name="tag"/> from the images named, where it is; an image open in the running guest is asked of the hypervisor.</summary>
    Task DeleteAsync(DomainSpec domain, string tag, ImmutableArray<ImagePath> images, CancellationToken cancellationToken);

    /// <summary>Puts memory and disks of the paused, active domain back to <paramref name="tag"/>; it stays paused.</summary>
    Task LoadAsync(DomainSpec domain, string tag, ImmutableArray<DiskTarget> disks, CancellationToken cancellationToken);

    /// <summary>Puts the disks of a shut off domain back to <paramref name="tag"/>.</summary>
    Task ApplyAsync(DomainSpec domain, string tag, ImmutableArray<ImagePath> images, CancellationToken cancellationToken);
}

/// <summary>Getting rid of an image: <see cref="Top"/> and <see cref="Base"/> become one.</summary>
/// <param name="JobId">Name for a job of the running hypervisor; carries the operation's id, so that it is found after a crash.</param>
public sealed record MergeRequest(DiskTarget Disk, ImagePath Top, ImagePath Base, string JobId);

/// <summary>Coalescing images, in the running guest when it has them open, else offline.</summary>
public interface IImageMerges
{
    /// <summary>
    /// Copies the data of Top down into Base. From the first byte Base no longer is what it was, also when this fails or is cancelled;
    /// the contents seen through Top stay the same throughout. Open overlays of Top have Base as backing afterwards. When the running
    /// guest writes to Top itself, the job is left keeping both in step, for <see cref="PivotAsync"/>.
    /// A job of the same id left by a crash is adopted.
    /// </summary>
    Task CommitAsync(DomainSpec domain, MergeRequest request, IProgress<WorkProgress> progress, CancellationToken cancellationToken);

    /// <summary>
    /// Ends a commit of the image that the running guest writes to: the guest writes to Base from now on. Copies first whatever is
    /// missing, offline when the guest has ended. Repeating it is safe only as long as the guest has not run in between.
    /// </summary>
    Task PivotAsync(DomainSpec domain, MergeRequest request, IProgress<WorkProgress> progress, CancellationToken cancellationToken);

    /// <summary>
    /// Copies into Top what it still reads from Base; afterwards Top's backing is Base's own backing. Harmless at any moment.
    /// A job of the same id left by a crash is adopted.
    /// </summary>
    Task PullAsync(DomainSpec domain, MergeRequest request, IProgress<WorkProgress> progress, CancellationToken cancellationToken);

    /// <summary>Ends a job left by a crash without completing it. Nothing happens when there is none.</summary>
    Task CancelAsync(DomainSpec domain, string jobId, CancellationToken cancellationToken);

    /// <summary>
    /// Rewrites the header of <paramref name="image"/>, which no hypervisor has open, to name another backing image of equal contents.
    /// </summary>
    Task RebaseHeaderAsync(ImagePath image, ImagePath backing, ImageFormat backingFormat, CancellationToken cancellationToken);
}

/// <summary>
/// The agent inside the guest, asked to let nothing be written for a moment. Whoever froze must thaw: a freeze outlives our connection to the
/// agent, so a driver also sees to it that the guest is thawed when we die in between.
/// </summary>
public interface IGuestAgent
{
    /// <summary>
    /// The guest writes out what it has in memory and holds its file systems still. A freeze of ours that an earlier call left is ended first.
    /// When this fails the guest may be frozen all the same, or become so later: <see cref="MayBeFrozen"/> tells, <see cref="ThawAsync"/> ends it.
    /// </summary>
    /// <returns>How many file systems stand still.</returns>
    /// <exception cref="SnapshotException">
    /// <see cref="ErrorCode.AgentUnresponsive"/>: there is no channel to an agent, nobody listens there, or no answer came in time.
    /// <see cref="ErrorCode.OperationFailed"/>: the agent said no, or nothing that makes sense; its words are in
    /// <see cref="SnapshotException.Foreign"/>.
    /// </exception>
    Task<int> FreezeAsync(DomainSpec domain, CancellationToken cancellationToken);

    /// <summary>Ends a freeze of ours. Nothing happens when there is none, or when the guest has ended.</summary>
    /// <returns>False when there was none (any more).</returns>
    /// <exception cref="SnapshotException">As for <see cref="FreezeAsync"/>; the guest may still be frozen.</exception>
    Task<bool> ThawAsync(DomainSpec domain, CancellationToken cancellationToken);

    /// <summary>Whether a freeze of ours was begun in the living guest and is not known to have ended. Asks nobody.</summary>
    bool MayBeFrozen(DomainSpec domain);
}

/// <summary>Files of images and memory where this hypervisor keeps them.</summary>
public interface IImageStore
{
    bool Exists(string path);

    /// <summary>True for a file of the host beside which others may be put; false for devices, and where nothing is a file.</summary>
    bool IsRegularFile(string path);

    /// <summary>The one name of an image: absolute, symbolic links resolved.</summary>
    string Canonical(string path);

    /// <summary>Removes a file durably; nothing happens when it is not there.</summary>
    Task DeleteAsync(string path, CancellationToken cancellationToken);

    /// <summary>Bytes that we may still write in the file system of <paramref name="folder"/>.</summary>
    long FreeBytes(string folder);

    /// <summary>
    /// Names the file system of <paramref name="folder"/>: what is needed in several folders of one adds up. Where a driver knows no
    /// better, each folder is one of its own.
    /// </summary>
    string FileSystemOf(string folder) => folder;

    /// <summary>
    /// Ends the tools that a killed command of ours left at work on these files; what they were doing is done again or undone by the
    /// caller, who holds the domain. Nothing happens when there are none.
    /// </summary>
    /// <exception cref="SnapshotException"><see cref="ErrorCode.OperationTimeout"/> when one does not end.</exception>
    Task EndLeftoversAsync(IEnumerable<string> paths, CancellationToken cancellationToken) => Task.CompletedTask;
}
