using Snaptree.Drivers;
using Snaptree.Model;

namespace Snaptree.Engine;

/// <summary>
/// An overlay that somebody else made and the guest shall go on with (libvirt: <c>VIR_DOMAIN_SNAPSHOT_CREATE_REUSE_EXT</c>). The facts hold its
/// header. libvirt takes any file; here one that would show the guest other bytes than it has now is refused.
/// </summary>
internal static class ReusedOverlay
{
    internal static void RefuseUnfit(PlanFacts facts, OverlayRequest overlay)
    {
        var image = facts.View.Images.Find(overlay.Path) ?? throw facts.Refuse(
            ErrorCode.System, $"the image {overlay.Path} to reuse is missing", "Make it first, or leave --reuse-external out.", overlay.Disk);
        var remedy = $"Make it with 'qemu-img create -f qcow2 -b {overlay.Backing} -F {overlay.BackingFormat.ToString().ToLowerInvariant()} {overlay.Path}'.";
        if (image.Backing?.Path != overlay.Backing || image.VirtualBytes != overlay.VirtualBytes)
        {
            throw facts.Refuse(
                ErrorCode.ConfigUnsupported, $"{overlay.Path} is no overlay of {overlay.Backing} of the same size", remedy, overlay.Disk);
        }

        if (image.HoldsData || !image.InternalSnapshots.IsEmpty)
        {
            throw facts.Refuse(
                ErrorCode.ConfigUnsupported, $"{overlay.Path} holds data already, which would change the guest's disk", remedy, overlay.Disk);
        }
    }
}
