using System.Reflection;

namespace Snaptree.Cli.Virsh;

/// <summary>What we say to programs that ask virsh for its version.</summary>
internal static class VirshVersion
{
    /// <summary>The libvirt whose virsh this surface follows.</summary>
    public const string OfLibvirt = "12.8.0";

    public static string OfSnaptree { get; } =
        typeof(VirshVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";

    public static string Long =>
        $"Snaptree {OfSnaptree}, with the verbs of virsh, the command line tool of libvirt {OfLibvirt}\nSee web site at https://libvirt.org/\n";
}
