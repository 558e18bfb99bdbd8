using Snaptree.Formats;
using Snaptree.Model;

namespace Snaptree.Engine;

internal static class RedefineRules
{
    internal static Snapshot? Check(SnapshotDocument document, Snapshot? existing, Func<string, Snapshot?> find, Func<Snapshot, Snapshot?> above, DomainRecord domain, SnapshotCreateFlags flags) =>
        document.Parent is { } parent ? find(parent) : null;

    internal static SnapshotException MissingDomain() => new(ErrorCode.Internal, "missing domain in snapshot", "Add <domain>.");

    internal static IEnumerable<DocumentDisk> Align(SnapshotDocument document, DomainDefinition definition) =>
        definition.Disks.Select(disk => document.Disks.FirstOrDefault(one => one.Name == disk.Target.Name) ?? new DocumentDisk(disk.Target.Name, SnapshotLocation.No));
}
