using System.Runtime.InteropServices;

namespace Snaptree.Qmp;

/// <summary>QEMU's version. For people and logs: what QEMU can do is asked of QEMU, not derived from this.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct QemuVersion(int Major, int Minor, int Micro)
{
    public override string ToString() => $"{Major}.{Minor}.{Micro}";
}

/// <summary>What the server says about itself before anything else.</summary>
/// <param name="Version">The version of QEMU.</param>
/// <param name="Package">The packager's name for this build; may be empty.</param>
/// <param name="Capabilities">Optional protocol features on offer, such as <c>oob</c>. This client enables none.</param>
public sealed record QmpGreeting(QemuVersion Version, string Package, IReadOnlyList<string> Capabilities);
