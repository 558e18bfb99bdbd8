using System.Collections.Immutable;
using Snaptree.Model;

namespace Snaptree.Drivers.Test;

/// <summary>What kind of world this is.</summary>
public sealed record TestHostSettings(TimeProvider Time)
{
    /// <summary>
    /// True: an image exists only when somebody made it. False, as with libvirt's test driver, which looks at no file: an image that a
    /// definition names is there, empty, as soon as somebody looks.
    /// </summary>
    public bool IsStrict { get; init; }

    /// <summary>Formats that can hold internal snapshots.</summary>
    public ImmutableArray<ImageFormat> InternalFormats { get; init; } = [ImageFormat.Raw, ImageFormat.Qcow2];

    /// <summary>What every file system says of its room.</summary>
    public long FreeBytes { get; init; } = 1L << 40;

    /// <summary>Whether an agent listens in every guest that has a channel for one.</summary>
    public bool HasAgents { get; init; } = true;

    /// <summary>Size of images that appear by themselves.</summary>
    public long EmptyImageBytes { get; init; } = 1L << 30;
}
