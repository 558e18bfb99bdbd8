using Snaptree.Model;

namespace Snaptree.Formats;

/// <summary>Domainsnapshot XML: what users ask for, what we show, and the record files from which a catalogue can be rebuilt.</summary>
/// <remarks>
/// The limits on documents are those of <see cref="DomainXml"/>; a document that carries a domain document may be larger by what surrounds
/// it. Messages are libvirt's own words wherever it has some; docs/domainsnapshot-xml.md has the whole table.
/// </remarks>
public static class SnapshotXml
{
    private const string Root = "domainsnapshot";

    /// <summary>
    /// Reads a document for create. What libvirt ignores there (<c>state</c>, <c>parent</c>, <c>domain</c>, unknown elements) is ignored.
    /// Rules that need the domain's disks are <see cref="SnapshotDiskAlignment"/>.
    /// </summary>
    /// <param name="offline">Memory cannot be part: the domain is shut off, or disks alone are wanted.</param>
    /// <param name="now">Gives the time of the snapshot, and its name when the document has none; null leaves both open.</param>
    /// <exception cref="SnapshotException">
    /// <see cref="ErrorCode.XmlDetail"/>: not well formed. <see cref="ErrorCode.Xml"/>: wrong root, word, path or mix of memory attributes.
    /// <see cref="ErrorCode.ConfigUnsupported"/>: unknown image format or transport. <see cref="ErrorCode.Internal"/>: a disk without a name.
    /// <see cref="ErrorCode.InvalidArgument"/>, <see cref="ErrorCode.Overflow"/>: unit or size of a metadata cache.
    /// </exception>
    public static SnapshotDocument ParseCreate(string xml, bool offline = false, DateTimeOffset? now = null) =>
        new SnapshotDocumentReader(xml, XmlInput.Load(xml, Root)).ReadForCreate(offline, now);

    /// <summary>
    /// Reads a whole document, as redefine takes it. The domain documents inside are kept, not read: that is for <see cref="DomainXml"/>,
    /// with its own errors. Rules that need the domain's other snapshots are <see cref="SnapshotRedefinition"/>.
    /// </summary>
    /// <exception cref="SnapshotException">
    /// As for create, and <see cref="ErrorCode.Xml"/>: no name or no state; <see cref="ErrorCode.Internal"/>: no time of creation;
    /// <see cref="ErrorCode.ConfigUnsupported"/>: unknown state.
    /// </exception>
    public static SnapshotDocument ParseRedefine(string xml) =>
        new SnapshotDocumentReader(xml, XmlInput.LoadRecord(xml, Root)).ReadForRedefine();

    /// <summary>Refuses a document that does not fit its schema (libvirt: <c>VIR_DOMAIN_SNAPSHOT_CREATE_VALIDATE</c>); to be asked before it is read.</summary>
    /// <exception cref="SnapshotException">
    /// <see cref="ErrorCode.XmlInvalidSchema"/>, with the schema's name and the library's words, and the line as the remedy;
    /// <see cref="ErrorCode.XmlDetail"/>, <see cref="ErrorCode.Xml"/>: not well formed, another root. Those of <see cref="ISnapshotSchema.Check"/>.
    /// </exception>
    public static void Validate(string xml, ISnapshotSchema schema)
    {
        XmlInput.LoadRecord(xml, Root);
        if (schema.Check(xml) is { } fault)
        {
            throw new SnapshotException(
                ErrorCode.XmlInvalidSchema,
                // The line break at the end is libvirt's.
                $"Unable to validate doc against {fault.Schema}\n{fault.Words}\n",
                fault.Line > 0 ? $"Correct it at line {fault.Line}, or leave the validation out." : "Correct it, or leave the validation out.")
            {
                Foreign = new ForeignError("libxml2", $"line {fault.Line}", fault.Words),
            };
        }
    }

    /// <summary>The document as libvirt shows it, its <c>domain</c> on the images that the snapshot claims, nothing of ours in it.</summary>
    /// <param name="texts">The documents of the snapshot's moment.</param>
    /// <param name="flags">Without <see cref="SnapshotXmlFlags.Secure"/>, passwords in the domain documents are left out.</param>
    /// <exception cref="SnapshotException">
    /// <see cref="ErrorCode.Xml"/>: a text holds a character that XML cannot carry (see <see cref="RequireWritable"/>), or the domain
    /// document lacks a disk of the snapshot.
    /// </exception>
    public static string Write(Snapshot snapshot, SnapshotTexts texts, string? parentName, SnapshotXmlFlags flags = SnapshotXmlFlags.None) =>
        new SnapshotWriter(snapshot, texts).Write(parentName, flags);

    /// <summary>The record file: the same document with secrets, and what only we remember.</summary>
    /// <param name="active">Whether the snapshot is current.</param>
    /// <inheritdoc cref="Write"/>
    public static string WriteRecord(Snapshot snapshot, SnapshotTexts texts, string? parentName, bool active) =>
        new SnapshotWriter(snapshot, texts).WriteRecord(parentName, active);

    /// <summary>Reads back what <see cref="WriteRecord"/> wrote, without loss.</summary>
    /// <exception cref="SnapshotException">
    /// The file is damaged or not ours; <see cref="ErrorCode.Internal"/> when <c>active</c>, the time or the domain is missing.
    /// </exception>
    public static SnapshotRecord ReadRecord(string xml) => new SnapshotRecordReader(xml, XmlInput.LoadRecord(xml, Root)).Read();

    /// <summary>The text of a document that came as bytes: a file, a message. UTF-8, with or without a byte order mark.</summary>
    /// <exception cref="SnapshotException">
    /// <see cref="ErrorCode.XmlDetail"/>: bytes that are no text; <see cref="ErrorCode.Xml"/>: far more than any document has.
    /// </exception>
    public static string TextOf(ReadOnlySpan<byte> bytes) => XmlBytes.Decode(bytes, Root, XmlInput.Label(Root));

    /// <summary>Refuses a text that no document could carry; to be asked before anything is done under that name or description.</summary>
    /// <param name="what">What the text is, for the message: <c>snapshot name</c>, <c>description</c>.</param>
    /// <exception cref="SnapshotException"><see cref="ErrorCode.Xml"/>, naming the character.</exception>
    public static void RequireWritable(string text, string what) => XmlEscape.Content(text, what);
}
