using System.Collections.Immutable;
using Snaptree.Model;

namespace Snaptree.Formats;

/// <summary>What a user's domainsnapshot document asks for; null where it leaves the choice to us.</summary>
/// <param name="MemoryPath">Absolute; set exactly when <paramref name="Memory"/> is external.</param>
public sealed record SnapshotDocument(
    string? Name, string? Description, MemoryLocation? Memory, string? MemoryPath, ImmutableArray<DocumentDisk> Disks);

/// <summary>What it asks of one disk.</summary>
/// <param name="Name">Target name, or the path of the image when it begins with <c>/</c>.</param>
/// <param name="Format">Format of the image to make.</param>
/// <param name="Source">Where the image to make shall be.</param>
public sealed record DocumentDisk(string Name, SnapshotLocation? Location, ImageFormat? Format, ImagePath? Source);

/// <summary>A snapshot as its record file has it.</summary>
/// <param name="DomainXml">The domain document of the snapshot's moment, on the snapshot's images.</param>
/// <param name="Active">Whether the snapshot was the current one.</param>
public sealed record SnapshotRecord(Snapshot Snapshot, string DomainXml, string? ParentName, bool Active);
