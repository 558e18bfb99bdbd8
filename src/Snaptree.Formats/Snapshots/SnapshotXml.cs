using Snaptree.Model;

namespace Snaptree.Formats;

/// <summary>Domainsnapshot XML: what users ask for, what we show, and the record files from which a catalogue can be rebuilt.</summary>
/// <remarks>The limits on documents are those of <see cref="DomainXml"/>; a record file may be larger by what surrounds the domain.</remarks>
public static class SnapshotXml
{
    private const string Root = "domainsnapshot";

    /// <summary>
    /// Reads a document for create. What libvirt ignores there (<c>state</c>, <c>parent</c>, <c>domain</c>, unknown elements) is ignored.
    /// Rules that need the domain (which disks there are, whether it runs) are the planner's.
    /// </summary>
    /// <exception cref="SnapshotException">
    /// <see cref="ErrorCode.XmlDetail"/>: not well formed. <see cref="ErrorCode.Xml"/>: wrong root, word, path or mix of memory attributes.
    /// <see cref="ErrorCode.ConfigUnsupported"/>: unknown image format. <see cref="ErrorCode.Internal"/>: a disk without a name.
    /// </exception>
    public static SnapshotDocument ParseCreate(string xml) => SnapshotRequestReader.Read(XmlInput.Load(xml, Root));

    /// <summary>The full document, its <c>domain</c> on the images that the snapshot claims.</summary>
    /// <param name="domainXml">The domain document of the snapshot's moment.</param>
    /// <param name="active">Whether the snapshot is current, for record files; null leaves the mark out.</param>
    /// <exception cref="SnapshotException">
    /// <see cref="ErrorCode.Xml"/>: a text holds a character that XML cannot carry (see <see cref="RequireWritable"/>), or the domain
    /// document lacks a disk of the snapshot.
    /// </exception>
    public static string Write(Snapshot snapshot, string domainXml, string? parentName, bool? active) =>
        new SnapshotWriter(snapshot).Write(domainXml, parentName, active);

    /// <summary>Reads back what <see cref="Write"/> wrote with an active mark, without loss.</summary>
    /// <exception cref="SnapshotException">
    /// The file is damaged or not ours; <see cref="ErrorCode.Internal"/> when <c>active</c>, the time or the domain is missing.
    /// </exception>
    public static SnapshotRecord ReadRecord(string xml) => new SnapshotRecordReader(xml, XmlInput.LoadRecord(xml, Root)).Read();

    /// <summary>Refuses a text that no document could carry; to be asked before anything is done under that name or description.</summary>
    /// <param name="what">What the text is, for the message: <c>snapshot name</c>, <c>description</c>.</param>
    /// <exception cref="SnapshotException"><see cref="ErrorCode.Xml"/>, naming the character.</exception>
    public static void RequireWritable(string text, string what) => XmlEscape.Content(text, what);
}
