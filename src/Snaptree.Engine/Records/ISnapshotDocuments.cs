using Snaptree.Model;

namespace Snaptree.Engine;

/// <summary>How a snapshot is told in a document of its own.</summary>
public interface ISnapshotDocuments
{
    /// <param name="domainXml">The domain document of the snapshot's moment, to be embedded.</param>
    /// <param name="parentName">Name of the parent; null for a root.</param>
    /// <param name="active">True for the domain's current snapshot.</param>
    string Write(Snapshot snapshot, string domainXml, string? parentName, bool active);
}
