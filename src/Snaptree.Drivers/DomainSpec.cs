using System.Collections.Immutable;
using Snaptree.Model;

namespace Snaptree.Drivers;

/// <summary>
/// One process of the hypervisor for one domain. The engine invents it, the driver derives every runtime name (sockets, pid file)
/// from it, so that a process started just before a crash is found again.
/// </summary>
public readonly record struct InstanceId(string Value)
{
    public override string ToString() => Value;
}

/// <summary>
/// Everything a driver must be told about a domain. A driver remembers nothing between calls.
/// </summary>
/// <param name="ActiveImages">The image on top of each disk's chain, where the definition's own source is no longer it.</param>
/// <param name="Instance">The process that runs the domain; null while it is shut off.</param>
public sealed record DomainSpec(
    DomainDefinition Definition, ImmutableDictionary<DiskTarget, ImagePath> ActiveImages, InstanceId? Instance)
{
    public string Name => Definition.Name.Value;

    /// <summary>The image that holds the present contents of <paramref name="disk"/>; null for an empty drive.</summary>
    public ImagePath? ActiveImage(DomainDisk disk) =>
        ActiveImages.TryGetValue(disk.Target, out var path) ? path : disk.Source;
}
