using Snaptree.Model;

namespace Snaptree.Engine;

/// <summary>When a guest may be asked to hold its file systems still, and where in a plan (libvirt: <c>VIR_DOMAIN_SNAPSHOT_CREATE_QUIESCE</c>).</summary>
internal static class QuiesceRules
{
    /// <summary>Frozen just before the disks are switched, thawed just after: the guest cannot write for no longer than that.</summary>
    internal static void AddSwitch(PlanBuilder builder, SwitchDisksStep cut, bool quiesce)
    {
        if (!quiesce)
        {
            builder.AddNoReturn(cut);
            return;
        }

        builder.Add(new FreezeGuestStep());
        builder.AddNoReturn(cut);
        builder.Add(new ThawGuestStep());
        builder.GuestPause = "the guest runs on, but cannot write to its file systems for a moment";
    }

    internal static void RefuseUnfit(PlanFacts facts, CreateRequest request)
    {
        if (!request.Quiesce)
        {
            return;
        }

        if (!request.DiskOnly)
        {
            throw facts.Refuse(
                ErrorCode.InvalidArgument, "a quiesced snapshot is one of disks only", "Say --disk-only too; memory would be saved with its file systems frozen.");
        }

        if (facts.View.State != DomainState.Running)
        {
            throw facts.Refuse(
                ErrorCode.OperationInvalid, "domain is not running", "Only a running guest can be quiesced; leave --quiesce out, its disks are quiet already.");
        }

        if (facts.Definition.Agent is null)
        {
            throw facts.Refuse(
                ErrorCode.AgentUnresponsive,
                "QEMU guest agent is not configured",
                $"Give the domain <channel type='unix'><target type='virtio' name='{AgentChannel.PortName}'/></channel>, let qemu-guest-agent run in the guest, or leave --quiesce out.");
        }

        if (request.Disks.FirstOrDefault(disk => disk.Location == SnapshotLocation.Manual) is { } manual)
        {
            throw facts.Refuse(
                ErrorCode.OperationUnsupported,
                $"a quiesced snapshot cannot have the manual disk '{manual.Disk}'",
                "A manual disk keeps the guest paused until you resume it; freeze it by other means.");
        }
    }
}
