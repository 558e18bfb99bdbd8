using Snaptree.Model;

namespace Snaptree.Drivers.Qemu;

/// <summary>What goes wrong with the agent in a guest, in the product's one error.</summary>
internal static class AgentErrors
{
    internal static SnapshotException NoChannel(DomainSpec domain) =>
        new(
            ErrorCode.AgentUnresponsive,
            $"domain '{domain.Name}' has no channel to a guest agent",
            $"Give it <channel type='unix'><target type='virtio' name='{AgentChannel.PortName}'/></channel> and install qemu-guest-agent in the guest.")
        { Domain = domain.Name };

    internal static SnapshotException FrozenByOthers(DomainSpec domain) =>
        new(
            ErrorCode.OperationFailed,
            $"the file systems of '{domain.Name}' are frozen already, by somebody else",
            "Wait until whoever froze them has thawed them; nothing was changed.")
        { Domain = domain.Name, Foreign = new ForeignError("guest agent", "guest-fsfreeze-status", "frozen") };

    internal static SnapshotException From(AgentException error, DomainSpec domain) =>
        error switch
        {
            AgentRefusedException refused => new SnapshotException(
                ErrorCode.OperationFailed,
                $"in the guest of '{domain.Name}': {refused.Message}",
                "See what the agent says, and its log inside the guest.",
                error)
            {
                Domain = domain.Name,
                Foreign = new ForeignError("guest agent", refused.ErrorClass, refused.Words),
            },
            _ => new SnapshotException(
                ErrorCode.AgentUnresponsive,
                $"the agent in the guest of '{domain.Name}' does not answer: {error.Message}",
                "See that qemu-guest-agent is installed and runs in the guest.",
                error)
            {
                Domain = domain.Name,
            },
        };
}
