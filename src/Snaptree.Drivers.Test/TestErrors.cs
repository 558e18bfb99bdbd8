using Snaptree.Model;

namespace Snaptree.Drivers.Test;

/// <summary>Why this hypervisor refuses something, in its own words, which arrive whole as those of a real one do.</summary>
internal static class TestErrors
{
    private const string Source = "test hypervisor";

    internal static SnapshotException NotRunning(DomainSpec domain) =>
        domain.Instance is null
            ? new SnapshotException(ErrorCode.OperationInvalid, $"domain '{domain.Name}' is not running", "Start it first.") { Domain = domain.Name }
            : Refused("connection", $"the process of '{domain.Name}' has ended", "Look at the domain's state.", domain);

    internal static SnapshotException Running(DomainSpec domain, string action) =>
        new(ErrorCode.OperationInvalid, $"the guest of '{domain.Name}' runs (trying to {action})", "Pause it first.") { Domain = domain.Name };

    internal static SnapshotException Missing(ImagePath path) =>
        Refused("image", $"Could not open '{path}': No such file or directory", "Put the image back where it was.");

    internal static SnapshotException Damaged(ImagePath path) =>
        Refused("image", $"the image {path} is damaged or not what it should be", "Restore it from a backup; nothing was changed.");

    internal static SnapshotException Locked(ImagePath path, RunningProcess holder, bool forWriting) =>
        Refused(
            "lock",
            $"Failed to get the {(forWriting ? "write" : "read")} lock of '{path}': process {holder.Id} has it open",
            "Let the other process end, or wait for it.");

    internal static SnapshotException Memory(string path, string why) =>
        Refused("memory", $"the memory image {path} cannot be used: {why}", "Restore the file from a backup; the guest was not touched.");

    internal static SnapshotException NoAgent(DomainSpec domain, string why) =>
        new(ErrorCode.AgentUnresponsive, $"the agent in the guest of '{domain.Name}' does not answer: {why}", "Let an agent run in the guest.")
        { Domain = domain.Name };

    internal static SnapshotException Refused(string kind, string message, string remedy, DomainSpec? domain = null) =>
        new(ErrorCode.OperationFailed, message, remedy) { Domain = domain?.Name, Foreign = new ForeignError(Source, kind, message) };
}
